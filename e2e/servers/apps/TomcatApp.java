import java.io.File;
import java.io.IOException;
import jakarta.servlet.http.*;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;

/** A servlet in Tomcat that fails as its path says. */
public class TomcatApp {
	public static void main(String[] args) throws Exception {
		Tomcat tomcat = new Tomcat();
		tomcat.setBaseDir(args[1]);
		tomcat.setPort(Integer.parseInt(args[0]));
		tomcat.getConnector().setProperty("address", "127.0.0.1");
		Context context = tomcat.addContext("", new File(args[1]).getAbsolutePath());
		Tomcat.addServlet(context, "webhook", new HttpServlet() {
			@Override
			protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
				String path = request.getRequestURI();
				if (path.equals("/throw")) {
					throw new IllegalStateException("no such account");
				}
				if (path.equals("/half")) {
					response.setContentType("text/plain");
					response.getWriter().print("Your balance is");
					response.flushBuffer();
					throw new IllegalStateException("no such account");
				}
				response.setContentType("text/xml");
				response.getWriter().print("<Response><Message>Your balance is 7.40.</Message></Response>");
			}
		});
		context.addServletMappingDecoded("/", "webhook");
		tomcat.start();
		tomcat.getServer().await();
	}
}

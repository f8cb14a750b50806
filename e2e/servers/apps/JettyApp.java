import java.io.IOException;
import javax.servlet.http.*;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.AbstractHandler;

/** A handler in Jetty that fails as its path says. */
public class JettyApp {
	public static void main(String[] args) throws Exception {
		Server server = new Server();
		ServerConnector connector = new ServerConnector(server);
		connector.setHost("127.0.0.1");
		connector.setPort(Integer.parseInt(args[0]));
		server.addConnector(connector);
		server.setHandler(new AbstractHandler() {
			@Override
			public void handle(String path, Request base, HttpServletRequest request, HttpServletResponse response) throws IOException {
				base.setHandled(true);
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
		server.start();
		server.join();
	}
}

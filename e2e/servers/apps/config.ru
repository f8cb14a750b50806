# A Rack app that fails as its path says.
TWIML = "<Response><Message>Your balance is 7.40.</Message></Response>"

class Half
  def each
    yield "Your balance is"
    sleep 0.2
    raise "no such account"
  end
end

run lambda { |env|
  case env["PATH_INFO"]
  when "/raise" then raise "no such account"
  when "/half" then [200, { "Content-Type" => "text/plain" }, Half.new]
  when "/kill"
    sleep 0.5
    Process.kill(:KILL, Process.pid)
    sleep 5
  else [200, { "Content-Type" => "text/xml" }, [TWIML]]
  end
}

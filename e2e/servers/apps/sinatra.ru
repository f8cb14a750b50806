# A Sinatra app that fails as its path says.
require "sinatra/base"

class App < Sinatra::Base
  set :show_exceptions, false
  set :raise_errors, false
  post("/nil") { nil }
  post("/raise") { raise "no such account" }
  post("/string") { "no such account" }
end

run App

require "net/http"

uri = URI("https://esputnik.com/api/v1/event")
http = Net::HTTP.new(uri.host, uri.port)
http.use_ssl = true
request = Net::HTTP::Post.new(uri, "Content-Type" => "application/json")
request.basic_auth("shop", "key")
request.body = File.read(ARGV[0])
exit(http.request(request).code == "200")

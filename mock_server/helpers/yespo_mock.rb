# frozen_string_literal: true

# yespo-mock in the tests of a Ruby project (Ruby 3 or newer; RSpec or Minitest).
# Copy this file beside your tests. It needs a running emulator: `yespo-mock exec -- rspec` sets the environment it
# reads, or give the URL of one that `yespo-mock serve` has started.
#
# Minitest: `YespoMock.new.reset` in setup, `YespoMock.new.assert_nothing_dropped` in teardown. RSpec:
#
#   RSpec.configure do |config|
#     YespoMock.watch(config) # clean before each example, nothing dropped after it
#   end
#
#   it "reaches Yespo" do
#     yespo = YespoMock.new
#     yespo.add_contact(email: "ann@example.com")
#     checkout("1001") # your code
#     yespo.assert_order("1001", status: "INITIALIZED")
#   end

require "json"
require "net/http"
require "uri"

class YespoMock
  class Dropped < StandardError; end

  attr_reader :url, :api_url, :api_key

  # Before each RSpec example a reset; after it, a failure when something was dropped.
  def self.watch(config)
    config.before { YespoMock.new.reset }
    config.after { YespoMock.new.assert_nothing_dropped }
  end

  # url: of the server, without path; api_key: what your code sends as password; account: with `--accounts per-key`.
  # What is not given comes from the environment that `yespo-mock exec` sets.
  def initialize(url: nil, api_key: nil, control_token: nil, account: nil)
    @url = (url || ENV.fetch("YESPO_MOCK_URL", "")).chomp("/")
    raise "There is no emulator: run the tests under `yespo-mock exec --`, or give its url." if @url.empty?

    @api_url = "#{@url}/api"
    @api_key = api_key || ENV.fetch("YESPO_API_KEY", "key")
    @headers = { "Content-Type" => "application/json" }
    token = control_token || ENV["YESPO_MOCK_CONTROL_TOKEN"]
    @headers["X-Mock-Token"] = token if token
    @headers["X-Mock-Account"] = account if account
  end

  # Back to the state after start-up.
  def reset
    call(:Post, "/reset", {})
  end

  # email, phone, externalCustomerId, contactKey, pushToken, firstName, lastName: any of them.
  def add_contact(**fields)
    call(:Post, "/contacts", fields)
  end

  # Event records, the newest first: type, verdict, reason, order, contact, ...
  def events(**filters)
    call(:Get, "/events?#{URI.encode_www_form({ limit: 1000, **filters })}")["events"]
  end

  # Waits until count events match, at most timeout seconds; returns them or raises.
  def wait_for_event(count: 1, timeout: 5, **filters)
    query = URI.encode_www_form({ count: count, timeout: timeout, **filters })
    status, answer = send_request(:Get, "/events/wait?#{query}")
    raise Dropped, "No event #{filters} within #{timeout} s.#{lines(dropped)}" if status == 408

    answer["events"]
  end

  # The order and its history, or nil.
  def order(external_order_id)
    status, answer = send_request(:Get, "/orders/#{URI.encode_www_form_component(external_order_id).gsub('+', '%20')}")
    status == 404 ? nil : answer
  end

  # The order exists and has these fields (text and number of the same value are equal).
  def assert_order(external_order_id, **expected)
    found = order(external_order_id)
    about = lines(events(order: external_order_id))
    raise Dropped, "There is no order #{external_order_id}.#{about}" unless found

    expected.each do |name, wanted|
      seen = found[name.to_s]
      next if seen.to_s == wanted.to_s || Float(seen, exception: false)&.==(Float(wanted, exception: false))

      raise Dropped, "Order #{external_order_id}: #{name} is #{seen}, not #{wanted}.#{about}"
    end
    found
  end

  # Messages that would have been sent, the newest first: recipient, source, event, type, q, ...
  def sent_messages(**filters)
    call(:Get, "/outbox?#{URI.encode_www_form({ limit: 1000, **filters })}")["messages"]
  end

  # The newest message to recipient is whole, and holds contains; returns it.
  def assert_message(recipient, contains = "")
    message = sent_messages(recipient: recipient).first
    raise Dropped, "No message is for #{recipient}." unless message
    raise Dropped, "The message to #{recipient} was not sent: #{message['problem']}" if message["problem"]

    missing = message["missing"].map { |each| "\n  #{each['expression']}: #{each['why']}" }
    raise Dropped, "The message to #{recipient} is not whole:#{missing.join}" unless missing.empty?
    return message if message["text"].include?(contains)

    raise Dropped, "The message to #{recipient} does not contain #{contains}: #{message['text']}"
  end

  # Raises when an event was ignored or rejected, or a request was refused, and says why.
  def assert_nothing_dropped
    told = lines(dropped)
    call(:Get, "/requests?refused=true&limit=1000")["requests"].each do |each|
      told += "\n  #{each['method']} #{each['path']} was refused: #{each['status']} #{each['reason']}"
      each["notes"].each { |note| told += "\n    #{note['message']}#{mended(note['fix'])}" }
    end
    raise Dropped, "Yespo would have dropped this:#{told}" unless told.empty?
  end

  private

  def dropped
    events(verdict: "ignored") + events(verdict: "rejected")
  end

  def lines(events)
    events.each_with_index.map do |event, at|
      why = event["trace"].select { |step| step["result"] == "failed" }.map { |step| "\n    #{step['message']}" }
      whole = event["hint"] && at < 20 ? call(:Get, "/events/#{event['eventId']}") : {}
      way_out = event["hint"] ? "\n    #{event['hint']}#{mended(whole['fix'])}" : ""
      "\n  #{event['eventTypeKey']} #{event['eventKey']} was #{event['verdict']}:#{why.join}#{way_out}"
    end.join
  end

  # What has to be there first, and the JSON Patch of the body as sent.
  def mended(fix)
    return "" unless fix

    first = fix["arrange"].map { |each| "\n    first: #{each['method']} #{each['path']} #{JSON.generate(each['body'])}" }
    first.join + (fix["patch"].empty? ? "" : "\n    fix: #{JSON.generate(fix['patch'])}")
  end

  def call(method, path, body = nil)
    status, answer, text = send_request(method, path, body)
    raise "The emulator answered #{status}: #{text}" if status >= 400

    answer
  end

  def send_request(method, path, body = nil)
    uri = URI("#{@url}/_mock#{path}")
    request = Net::HTTP.const_get(method).new(uri, @headers)
    request.body = JSON.generate(body) if body
    answer = Net::HTTP.start(uri.host, uri.port, nil, use_ssl: uri.scheme == "https", read_timeout: 70) do |http|
      http.request(request)
    end
    [answer.code.to_i, answer.body.to_s.empty? ? nil : JSON.parse(answer.body), answer.body]
  end
end

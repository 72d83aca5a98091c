# frozen_string_literal: true

require "minitest/autorun"
require_relative "yespo_mock"

class OrdersTest < Minitest::Test
  def setup
    yespo.reset
  end

  def teardown
    yespo.assert_nothing_dropped
  end

  def yespo
    @yespo ||= YespoMock.new
  end

  def order(without: nil, password: yespo.api_key)
    event = JSON.parse(File.read(ENV.fetch("ORDER_CREATED")))
    event["params"].reject! { |each| each["name"] == without }
    uri = URI("#{yespo.api_url}/v2/event")
    request = Net::HTTP::Post.new(uri, "Content-Type" => "application/json")
    request.basic_auth("shop", password)
    request.body = JSON.generate(event)
    Net::HTTP.start(uri.host, uri.port) { |http| http.request(request) }
  end

  def test_applied
    yespo.add_contact(phone: "380501234567")
    order
    assert_equal 1, yespo.assert_order("12345679", status: "INITIALIZED", totalCost: 258)["history"].size
    error = assert_raises(YespoMock::Dropped) { yespo.assert_order("12345679", status: "DELIVERED") }
    assert_match(/INITIALIZED, not DELIVERED/, error.message)
  end

  def test_dropped
    order(without: "date")
  end

  def test_refused
    order(password: "")
  end
end

# frozen_string_literal: true

require_relative "yespo_mock"

RSpec.configure { |config| YespoMock.watch(config) }

RSpec.describe "orders" do
  let(:yespo) { YespoMock.new }

  def order(without: nil, password: yespo.api_key)
    event = JSON.parse(File.read(ENV.fetch("ORDER_CREATED")))
    event["params"].reject! { |each| each["name"] == without }
    uri = URI("#{yespo.api_url}/v2/event")
    request = Net::HTTP::Post.new(uri, "Content-Type" => "application/json")
    request.basic_auth("shop", password)
    request.body = JSON.generate(event)
    Net::HTTP.start(uri.host, uri.port) { |http| http.request(request) }
  end

  it "applied" do
    yespo.add_contact(phone: "380501234567")
    order
    expect(yespo.assert_order("12345679", status: "INITIALIZED", totalCost: 258)["history"].size).to eq 1
    expect(yespo.wait_for_event(order: "12345679").size).to eq 1
    expect(yespo.assert_message("380501234567", "Order 12345679")["channel"]).to eq "sms"
    expect(yespo.sent_messages(source: "api")).to be_empty
    expect { yespo.assert_message("nobody") }.to raise_error(/No message is for nobody/)
    expect { yespo.assert_order("12345679", status: "DELIVERED") }.to raise_error(/INITIALIZED, not DELIVERED/)
    expect { yespo.wait_for_event(type: "never", timeout: 0.1) }.to raise_error(/within 0.1 s/)
  end

  it("dropped") { order(without: "date") }

  it("refused") { order(password: "") }
end

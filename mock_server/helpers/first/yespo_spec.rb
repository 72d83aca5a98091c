# frozen_string_literal: true

require_relative "yespo_mock"

# Run: yespo-mock exec --seed yespo-seed.json -- bundle exec rspec spec/yespo_spec.rb
RSpec.configure { |config| YespoMock.watch(config) } # clean before each example, nothing dropped after it

RSpec.describe "Yespo" do
  it "gets the order" do
    check_out("1001")
    YespoMock.new.assert_order("1001", status: "INITIALIZED", totalCost: 258)
  end

  # Call your code here, with ENV["YESPO_API_URL"] as its base URL, in place of these lines.
  def check_out(number)
    order = {
      externalOrderId: number,
      totalCost: "258.0",
      status: "INITIALIZED",
      date: "2026-01-31T12:00:00",
      email: "customer@example.com",
      items: [
        {
          externalItemId: "cup",
          name: "Cup",
          category: "Kitchen",
          quantity: 2,
          cost: 129,
          url: "https://shop.example.com/cup",
          imageUrl: "https://shop.example.com/cup.png"
        }
      ]
    }
    params = order.map { |name, value| { name: name, value: value } }
    uri = URI("#{ENV.fetch('YESPO_API_URL')}/v2/event")
    request = Net::HTTP::Post.new(uri, "Content-Type" => "application/json")
    request.basic_auth("shop", ENV.fetch("YESPO_API_KEY"))
    request.body = JSON.generate({ eventTypeKey: "orderCreated", keyValue: number, params: params })
    Net::HTTP.start(uri.host, uri.port) { |http| http.request(request) }
  end
end

using Exporter.Web;

namespace Exporter.Tests.Web;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:10042", true)]
    [InlineData("localhost:0", true)]
    [InlineData("[::1]:10042", true)]
    [InlineData(":10042", false)]
    [InlineData("0.0.0.0:10042", false)]
    [InlineData("[::]:10042", false)]
    [InlineData("192.0.2.1:80", false)]
    public void It_knows_which_addresses_only_this_host_reaches(string text, bool loopback) =>
        Assert.Equal(loopback, ListenAddress.Parse(text)!.IsLoopback);

    [Theory]
    [InlineData("")]
    [InlineData("10042")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("127.1:80")]
    [InlineData("::1:80")]
    [InlineData("[127.0.0.1]:80")]
    [InlineData("bot.example:80")]
    [InlineData("http://127.0.0.1:80")]
    public void What_is_no_address_with_a_port_is_refused(string text) => Assert.Null(ListenAddress.Parse(text));
}

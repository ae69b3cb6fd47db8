using System.Text.Json.Nodes;
using Exporter.Configuration;

namespace Exporter.Tests.Configuration;

public sealed class SecretMaskTests
{
    [Theory]
    [InlineData("Password")]
    [InlineData("ApiKey")]
    [InlineData("BearerToken")]
    [InlineData("X-Authorization")]
    [InlineData("client_secret")]
    public void What_a_key_calls_a_secret_is_masked(string key) =>
        Assert.Equal("***", Masked(new JsonObject { ["Kestrel"] = new JsonObject { [key] = "hunter2" } })["Kestrel"]![key]!.GetValue<string>());

    [Theory]
    [InlineData("TokenFiles", "/etc/token")]
    [InlineData("KeyFile", "/etc/key")]
    [InlineData("Path", "/srv/secret.pfx")]
    [InlineData("Url", "https://example.org/refresh")]
    public void Names_of_files_and_addresses_are_no_secrets(string key, string value) =>
        Assert.Equal(value, Masked(new JsonObject { [key] = value })[key]!.GetValue<string>());

    [Theory]
    [InlineData("https://ana:hunter2@example.org/x", "https://***@example.org/x")]
    [InlineData("https://example.org/x?chat=1&key=hunter2", "https://example.org/x?chat=***&key=***")]
    public void Secrets_within_a_url_are_masked(string url, string shown) =>
        Assert.Equal(shown, Masked(new JsonObject { ["Url"] = url })["Url"]!.GetValue<string>());

    [Fact]
    public void Secrets_in_a_list_are_masked() =>
        Assert.Equal("""{"Passwords":["***","***"]}""", Masked(new JsonObject { ["Passwords"] = new JsonArray("a", "b") }).ToJsonString());

    private static JsonNode Masked(JsonObject tree) => SecretMask.Apply(tree)!;
}

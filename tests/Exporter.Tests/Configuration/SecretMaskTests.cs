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
    [InlineData("Passphrase")]
    [InlineData("Pwd")]
    [InlineData("AccessKey")]
    [InlineData("private_key")]
    [InlineData("User")]
    [InlineData("Body")]
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

    [Fact]
    public void A_trigger_is_shown_as_its_program_or_its_origin() => Assert.Equal(
        """{"Healing":{"Triggers":{"restart_bot":{"Command":{"Argv":["/usr/bin/curl","***","***"]},"Http":{"Url":"https://hooks.slack.com/***","Body":"***"}}}}}""",
        Masked(new JsonObject
        {
            ["Healing"] = new JsonObject
            {
                ["Triggers"] = new JsonObject
                {
                    ["restart_bot"] = new JsonObject
                    {
                        ["Command"] = new JsonObject { ["Argv"] = new JsonArray("/usr/bin/curl", "-u", "ana:hunter2") },
                        ["Http"] = new JsonObject { ["Url"] = "https://hooks.slack.com/services/T0/B0/hunter2", ["Body"] = "hunter2" },
                    },
                },
            },
        }).ToJsonString());

    [Fact]
    public void A_numeric_password_is_masked() =>
        Assert.Equal("""{"Certificate":{"Password":"***"}}""", Masked(new JsonObject { ["Certificate"] = new JsonObject { ["Password"] = 1234 } }).ToJsonString());

    private static JsonNode Masked(JsonObject tree) => SecretMask.Apply(tree)!;
}

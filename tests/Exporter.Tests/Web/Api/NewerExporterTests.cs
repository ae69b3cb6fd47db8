using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Exporter.Web.Api;

namespace Exporter.Tests.Web.Api;

/// <summary>The commands of one version ask an exporter of another: what it adds is passed over, what contradicts the contract is not believed.</summary>
public sealed class NewerExporterTests
{
    [Fact]
    public void What_it_adds_is_passed_over()
    {
        var pause = new PauseDocument(7, "upgrade", ["alpha"], [], Snapshots.Noon, null);
        Assert.Equal("upgrade", ReadWithMore(pause, HealingJson.Default.PauseDocument).Reason);
        var status = StatusDocument.Of(Snapshots.Of(Snapshots.Bot("alpha")));
        Assert.Equal("alpha", Assert.Single(ReadWithMore(status, ApiJson.Default.StatusDocument).Bots).Bot);
    }

    [Fact]
    public void Null_where_a_text_belongs_is_not_read() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("""{"id":7,"reason":null}""", HealingJson.Default.PauseDocument));

    private static T ReadWithMore<T>(T document, JsonTypeInfo<T> type)
    {
        var newer = JsonSerializer.SerializeToNode(document, type)!.AsObject();
        newer["added_later"] = new JsonObject { ["a"] = 1 };
        return newer.Deserialize(type)!;
    }
}

using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Exporter.Tests.Bots;
using Exporter.Tests.Commands;
using Exporter.Web.Api;
using Microsoft.AspNetCore.Routing;

namespace Exporter.Tests.Web.Api;

/// <summary>The document that the program serves about its API, held to the API.</summary>
public sealed partial class OpenApiTests
{
    private const string Itself = "/api/v1/openapi.json";

    [Fact]
    public async Task Every_endpoint_of_the_API_is_documented_and_nothing_else_is()
    {
        using var bot = FeatureStoreFixture.With();
        await using var exporter = await RunningExporter.StartAsync(bot.Root);
        var served = exporter.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText is { } path && path.StartsWith("/api/", StringComparison.Ordinal) && path != Itself)
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} {Unconstrained(endpoint)}"));

        var documented = JsonNode.Parse(await exporter.Http.GetStringAsync(Itself))!["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Key.ToUpperInvariant()} {path.Key}"));

        Assert.Equal(served.Order(), documented.Order());
    }

    [Fact]
    public void Every_reference_leads_somewhere()
    {
        var schemas = Schemas();

        var references = Reference().Matches(Document().ToJsonString()).Select(match => match.Groups[1].Value).Distinct();

        Assert.All(references, name => Assert.NotNull(schemas[name]));
    }

    [Fact]
    public void The_schemas_have_the_fields_that_are_written_and_read()
    {
        foreach (var (name, type) in (ReadOnlySpan<(string, JsonTypeInfo)>)
        [
            ("Status", ApiJson.Default.StatusDocument),
            ("Bot", ApiJson.Default.BotDocument),
            ("Check", ApiJson.Default.CheckDocument),
            ("Blockers", ApiJson.Default.BlockersDocument),
            ("Blocker", ApiJson.Default.BlockerDocument),
            ("FailurePoints", ApiJson.Default.FailurePointsDocument),
            ("FailurePoint", ApiJson.Default.FailurePointDocument),
            ("Healings", HealingJson.Default.HealingsDocument),
            ("Healing", HealingJson.Default.HealingDocument),
            ("HealingStep", HealingJson.Default.HealingStepDocument),
            ("HealRequest", HealingJson.Default.HealRequest),
            ("Pauses", HealingJson.Default.PausesDocument),
            ("Pause", HealingJson.Default.PauseDocument),
            ("PauseRequest", HealingJson.Default.PauseRequest),
        ])
        {
            var fields = Schemas()[name]!["properties"]!.AsObject().Select(property => property.Key);
            Assert.Equal(type.Properties.Select(property => property.Name).Order(), fields.Order());
        }
    }

    private static JsonNode Document()
    {
        var assembly = typeof(StatusApi).Assembly;
        using var stream = assembly.GetManifestResourceStream(assembly.GetManifestResourceNames().Single(name => name.EndsWith("openapi.json", StringComparison.Ordinal)))!;
        return JsonNode.Parse(stream)!;
    }

    private static JsonObject Schemas() => Document()["components"]!["schemas"]!.AsObject();

    /// <summary>A route's constraint (<c>{id:long}</c>) is no part of its name.</summary>
    private static string Unconstrained(RouteEndpoint endpoint) => Constraint().Replace(endpoint.RoutePattern.RawText!, "}");

    [GeneratedRegex(":[a-z]+}")]
    private static partial Regex Constraint();

    [GeneratedRegex("#/components/schemas/([A-Za-z]+)")]
    private static partial Regex Reference();
}

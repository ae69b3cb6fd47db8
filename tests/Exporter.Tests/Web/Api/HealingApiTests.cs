using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Exporter.Healing;
using Exporter.Tests.Alertmanager;
using Exporter.Tests.Healing;

namespace Exporter.Tests.Web.Api;

public sealed class HealingApiTests
{
    [Fact]
    public async Task A_person_heals_and_finds_every_step_at_the_location_that_was_answered()
    {
        await using var server = await ServerAsync();

        using var answer = await PostAsync(server, "/api/v1/heal/mend", """{"bot":"alpha"}""");

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await server.World.VerdictsAsync();
        var healing = await GetAsync(server, answer.Headers.Location!.ToString());
        Assert.Equal("healed", healing["outcome"]!.GetValue<string>());
        Assert.Equal("manual", healing["trigger"]!.GetValue<string>());
        Assert.Equal(["accepted", "running", "verifying", "healed"], healing["steps"]!.AsArray().Select(step => step!["step"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_dry_run_says_what_it_would_do_and_runs_nothing()
    {
        await using var server = await ServerAsync();

        using var answer = await PostAsync(server, "/api/v1/heal/mend", """{"bot":"alpha","dry_run":true}""");

        await server.World.VerdictsAsync();
        var healing = await GetAsync(server, answer.Headers.Location!.ToString());
        Assert.Equal("It would mend alpha. No guard rail would stop it.", healing["reason"]!.GetValue<string>());
        Assert.Equal(0, server.World.Action.Runs);
    }

    [Fact]
    public async Task What_is_under_way_is_not_started_again()
    {
        await using var server = await ServerAsync();
        var finish = new TaskCompletionSource();
        server.World.Health.OnVerify = (_, _) => finish.Task;
        using var first = await PostAsync(server, "/api/v1/heal/mend", """{"bot":"alpha"}""");

        using var second = await PostAsync(server, "/api/v1/heal/mend", """{"bot":"alpha"}""");

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        finish.SetResult();
        await server.World.VerdictsAsync();
        Assert.Single(await server.World.HealingsAsync());
    }

    [Theory]
    [InlineData("/api/v1/heal/unknown", """{"bot":"alpha"}""", 404)]
    [InlineData("/api/v1/heal/..%2F..%2Fetc", """{"bot":"alpha"}""", 404)]
    [InlineData("/api/v1/heal/mend", """{"bot":"nobody"}""", 404)]
    [InlineData("/api/v1/heal/mend", """{}""", 400)]
    [InlineData("/api/v1/heal/mend", """{"bot":"alpha","target":"../secret"}""", 400)]
    [InlineData("/api/v1/heal/mend", """{"bot":"alpha","dryrun":true}""", 400)]
    [InlineData("/api/v1/heal/mend", "[]", 400)]
    [InlineData("/api/v1/heal/mend", "", 400)]
    [InlineData("/api/v1/pauses", "{}", 400)]
    [InlineData("/api/v1/pauses", """{"reason":"x","bot":["alpha"]}""", 400)]
    [InlineData("/api/v1/pauses", """{"reason":"x","bots":["alhpa"]}""", 400)]
    [InlineData("/api/v1/pauses", """{"reason":"x","actions":["mendd"]}""", 400)]
    [InlineData("/api/v1/pauses", """{"reason":"x","until":"2020-01-01T00:00:00Z"}""", 400)]
    public async Task Mistakes_are_answered_with_a_problem_and_start_nothing(string path, string body, int status)
    {
        await using var server = await ServerAsync();

        using var answer = await PostAsync(server, path, body);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Empty(await server.World.HealingsAsync());
    }

    [Fact]
    public async Task Healings_are_filtered_and_paged_from_the_newest_to_the_oldest()
    {
        await using var server = await ServerAsync(new HealingWorld(bots: ["alpha", "beta"]));
        for (var i = 0; i < 5; i++)
        {
            using var answer = await PostAsync(server, "/api/v1/heal/mend", """{"bot":"alpha","dry_run":true}""");
            await server.World.VerdictsAsync(i + 1);
        }

        using (await PostAsync(server, "/api/v1/heal/mend", """{"bot":"beta"}"""))
            await server.World.VerdictsAsync(6);

        var first = await GetAsync(server, "/api/v1/healings?bot=alpha&limit=3");
        var second = await GetAsync(server, $"/api/v1/healings?bot=alpha&limit=3&cursor={first["next_cursor"]!.GetValue<string>()}");
        var healed = await GetAsync(server, "/api/v1/healings?outcome=healed");

        Assert.Equal([5, 4, 3], Ids(first));
        Assert.Equal([2, 1], Ids(second));
        Assert.Null(second["next_cursor"]);
        Assert.Equal([6], Ids(healed));
        Assert.Empty(Ids(await GetAsync(server, $"/api/v1/healings?since={server.World.Time.GetUtcNow().AddHours(1):O}".Replace("+", "%2B", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=many")]
    [InlineData("?cursor=-1")]
    [InlineData("?since=yesterday")]
    [InlineData("?outcome=mended")]
    [InlineData("?bots=alpha")]
    public async Task A_wrong_query_is_a_mistake_and_not_ignored(string query)
    {
        await using var server = await ServerAsync();

        using var answer = await server.Client.GetAsync(new Uri("/api/v1/healings" + query, UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_pause_is_set_listed_and_lifted()
    {
        await using var server = await ServerAsync();

        using var set = await PostAsync(server, "/api/v1/pauses", """{"reason":"maintenance","bots":["alpha"],"until":"2099-01-01T00:00:00Z"}""");
        Assert.Equal(HttpStatusCode.Created, set.StatusCode);
        var pause = Assert.Single((await GetAsync(server, "/api/v1/pauses"))["pauses"]!.AsArray())!;
        Assert.Equal(("maintenance", "alpha"), (pause["reason"]!.GetValue<string>(), pause["bots"]![0]!.GetValue<string>()));

        using var lifted = await server.Client.DeleteAsync(set.Headers.Location);
        Assert.Equal(HttpStatusCode.NoContent, lifted.StatusCode);
        using var again = await server.Client.DeleteAsync(set.Headers.Location);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
        Assert.Empty((await GetAsync(server, "/api/v1/pauses"))["pauses"]!.AsArray());
    }

    private static async Task<WebhookServer> ServerAsync(HealingWorld? world = null)
    {
        var server = await WebhookServer.StartAsync(world);
        server.World.Action.OnRun = (target, _) =>
        {
            server.World.Health.Mend(target.Bot);
            return ValueTask.FromResult<ActionResult>(new ActionResult.Done { Reason = "Mended." });
        };
        return server;
    }

    private static Task<HttpResponseMessage> PostAsync(WebhookServer server, string path, string body) =>
        server.Client.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));

    private static async Task<JsonNode> GetAsync(WebhookServer server, string path) =>
        JsonNode.Parse(await server.Client.GetStringAsync(new Uri(path, UriKind.Relative)))!;

    private static IEnumerable<int> Ids(JsonNode page) => page["healings"]!.AsArray().Select(healing => healing!["id"]!.GetValue<int>());
}

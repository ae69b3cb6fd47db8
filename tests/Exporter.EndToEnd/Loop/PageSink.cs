using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Demo;

namespace Exporter.EndToEnd.Loop;

/// <summary>The person who is called: takes what Alertmanager sends to the receiver <c>page</c>.</summary>
internal sealed class PageSink : IAsyncDisposable
{
    private readonly Loopback _server;
    private ImmutableList<Page> _pages;

    private PageSink(Loopback server)
    {
        _server = server;
        _pages = [];
    }

    /// <param name="Status"><c>firing</c> or <c>resolved</c>.</param>
    internal sealed record Page(string Alert, string Bot, string Status);

    public Uri Address => _server.Address;

    /// <summary>In the order in which they came.</summary>
    public ImmutableList<Page> Pages => Volatile.Read(ref _pages);

    public static async Task<PageSink> StartAsync()
    {
        PageSink? sink = null;
        return sink = new PageSink(await Loopback.StartAsync(null, app => app.Run(context => sink!.TakeAsync(context)), CancellationToken.None));
    }

    public bool Has(string alert, string bot, string status) => Pages.Contains(new Page(alert, bot, status));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        var message = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!;
        foreach (var alert in message["alerts"]!.AsArray())
        {
            var labels = alert!["labels"]!;
            var page = new Page((string)labels["alertname"]!, (string?)labels["bot"] ?? "", (string)alert["status"]!);
            ImmutableInterlocked.Update(ref _pages, pages => pages.Add(page));
        }
    }
}

using Exporter.Checks;
using Exporter.Evaluation;
using Microsoft.Net.Http.Headers;

namespace Exporter.Metrics;

/// <summary><c>/metrics</c>: evaluates when it is scraped, and always answers with something that Prometheus can read.</summary>
public static class MetricsEndpoint
{
    public const string Path = "/metrics";

    /// <summary>Kestrel copies what it is given into buffers, and keeps those: of a body for 1,000 bots it should not be given all at once.</summary>
    private const int PieceBytes = 64 * 1024;

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <param name="specs">The checks that <c>collect[]</c> and <c>exclude[]</c> may name.</param>
    /// <param name="mayDebug">Whether this request may see <c>?debug=true</c>, which shows more than a scrape does.</param>
    public static IEndpointConventionBuilder MapMetrics(
        this IEndpointRouteBuilder routes, Evaluator evaluator, Exposition exposition, IEnumerable<CheckSpec> specs, Func<HttpContext, bool> mayDebug)
    {
        string[] checks = [.. specs.Select(spec => spec.Name)];
        return routes.MapMethods(Path, Methods, context => AnswerAsync(context, evaluator, exposition, checks, mayDebug));
    }

    private static async Task AnswerAsync(
        HttpContext context, Evaluator evaluator, Exposition exposition, string[] checks, Func<HttpContext, bool> mayDebug)
    {
        if (ScrapeRequest.Parse(context.Request, checks, out var error) is not { } scrape)
        {
            await SayAsync(context, StatusCodes.Status400BadRequest, Plain.Text(error));
            return;
        }

        var cancellation = context.RequestAborted;
        try
        {
            if (scrape.Debug)
            {
                await DebugAsync(context, evaluator, scrape, mayDebug);
                return;
            }

            var form = Negotiation.Of(context.Request.Headers);
            using var body = await BodyAsync(evaluator, exposition, scrape, form, cancellation);
            await (body is null
                ? SayAsync(context, StatusCodes.Status503ServiceUnavailable, "The first evaluation is not done yet.")
                : WriteAsync(context, form, body.Bytes));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Nobody is left to answer.
        }
    }

    /// <summary>Null when there is nothing to tell yet.</summary>
    private static async Task<Body.Lease?> BodyAsync(
        Evaluator evaluator, Exposition exposition, ScrapeRequest scrape, Negotiation form, CancellationToken cancellation)
    {
        try
        {
            return await evaluator.AskAsync(scrape.Filter, scrape.Deadline, cancellation) is { } snapshot
                ? await exposition.RenderAsync(snapshot, form, cancellation)
                : null;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            return await exposition.RenderFailureAsync(e, form);
        }
    }

    private static async Task WriteAsync(HttpContext context, Negotiation form, ReadOnlyMemory<byte> body)
    {
        var response = context.Response;
        response.ContentType = form.ContentType;
        response.ContentLength = body.Length;
        response.Headers.Vary = $"{HeaderNames.Accept}, {HeaderNames.AcceptEncoding}";
        response.Headers.CacheControl = "no-store";
        if (form.Gzip)
        {
            response.Headers.ContentEncoding = "gzip";
        }

        if (!HttpMethods.IsHead(context.Request.Method))
        {
            for (var rest = body; !rest.IsEmpty; rest = rest[Math.Min(rest.Length, PieceBytes)..])
            {
                await response.Body.WriteAsync(rest[..Math.Min(rest.Length, PieceBytes)], context.RequestAborted);
            }
        }
    }

    private static async Task DebugAsync(HttpContext context, Evaluator evaluator, ScrapeRequest scrape, Func<HttpContext, bool> mayDebug)
    {
        if (!mayDebug(context))
        {
            await SayAsync(
                context, StatusCodes.Status403Forbidden, "debug=true answers on loopback only, or to a request that carries the exporter's token.");
            return;
        }

        await SayAsync(context, StatusCodes.Status200OK, Plain.Lines(await evaluator.DebugAsync(scrape.Filter, scrape.Deadline, context.RequestAborted)));
    }

    private static Task SayAsync(HttpContext context, int status, string sentence)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.WriteAsync(sentence.EndsWith('\n') ? sentence : sentence + "\n", context.RequestAborted);
    }
}

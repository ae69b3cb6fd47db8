using Exporter.Evaluation;

namespace Exporter.Web;

/// <summary>The newest snapshot for somebody who looks at the page or asks the API: fresh enough to be trusted, without an evaluation a click.</summary>
public sealed class Latest(Evaluator evaluator, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Null, and the problem is answered, while there is nothing yet.</summary>
    public async ValueTask<Snapshot?> GetAsync(HttpContext context)
    {
        if (evaluator.Latest is { } latest && (time.GetUtcNow() - latest.At).Duration() < Fresh)
        {
            return latest;
        }

        if (await evaluator.AskAsync(CheckFilter.All, Patience, context.RequestAborted) is { } snapshot)
        {
            return snapshot;
        }

        context.Response.Headers.RetryAfter = "5";
        await Problems.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, LifecycleEndpoints.NotReady);
        return null;
    }
}

using Exporter.Evaluation;

namespace Exporter.Web;

/// <summary>The newest snapshot for somebody who looks at the page or asks the API: fresh enough to be trusted, without an evaluation a click.</summary>
public sealed class Latest(Evaluator evaluator, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    public async ValueTask<Snapshot> GetAsync(CancellationToken cancellation) =>
        evaluator.Latest is { } latest && (time.GetUtcNow() - latest.At).Duration() < Fresh
            ? latest
            : await evaluator.EvaluateAsync(Deadline, cancellation);
}

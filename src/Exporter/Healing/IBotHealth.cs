using Exporter.Evaluation;

namespace Exporter.Healing;

/// <summary>What healing may ask of the evaluation: what it last found, and one check again.</summary>
public interface IBotHealth
{
    Snapshot? Latest { get; }

    /// <summary>Re-runs one check of one bot now.</summary>
    /// <exception cref="KeyNotFoundException">No such bot, or no such check.</exception>
    Task<CheckState> VerifyAsync(string bot, string check, CancellationToken cancellation);
}

/// <summary>The real one.</summary>
public sealed class EvaluatedHealth(Evaluator evaluator) : IBotHealth
{
    public Snapshot? Latest => evaluator.Latest;

    public Task<CheckState> VerifyAsync(string bot, string check, CancellationToken cancellation) => evaluator.VerifyAsync(bot, check, cancellation);
}

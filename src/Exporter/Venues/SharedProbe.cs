namespace Exporter.Venues;

/// <summary>
/// One question that many ask: those who come while it is under way share its answer (single flight), and so do those who come
/// within the interval. The flight belongs to nobody: a caller that gives up does not take the answer from the others.
/// </summary>
internal sealed class SharedProbe<T>(TimeProvider time)
    where T : class
{
    private readonly Lock _gate = new();
    private Task<T>? _flight;
    private T? _last;
    private long _startedAt;
    private long? _verifiedAt;

    public async Task<T> GetAsync(ProbeTiming timing, ProbePurpose purpose, Func<Task<T>> ask, CancellationToken cancellation)
    {
        while (true)
        {
            Task<T> flight;
            bool answersUs;
            lock (_gate)
            {
                if (_flight is { IsCompleted: false } running)
                {
                    // What left before a verification asked proves nothing that came after.
                    flight = running;
                    answersUs = purpose is ProbePurpose.Routine;
                }
                else if (_last is { } last && !MayAsk_NeedsLock(timing, purpose))
                {
                    return last;
                }
                else
                {
                    _startedAt = time.GetTimestamp();
                    if (purpose is ProbePurpose.Verification)
                        _verifiedAt = _startedAt;
                    flight = _flight = Task.Run(() => FlyAsync(ask), CancellationToken.None);
                    answersUs = true;
                }
            }

            var answer = await flight.WaitAsync(cancellation);
            if (answersUs)
                return answer;
        }
    }

    private bool MayAsk_NeedsLock(ProbeTiming timing, ProbePurpose purpose) =>
        time.GetElapsedTime(_startedAt) >= timing.MinInterval
        || (purpose is ProbePurpose.Verification && (_verifiedAt is not { } verifiedAt || time.GetElapsedTime(verifiedAt) >= timing.VerificationInterval));

    private async Task<T> FlyAsync(Func<Task<T>> ask)
    {
        var answer = await ask();
        lock (_gate)
            _last = answer;
        return answer;
    }
}

namespace Exporter.EndToEnd;

/// <summary>How many kills there were, over all exporters, and when it is enough.</summary>
internal sealed class KillCount(int wanted) : IDisposable
{
    private readonly CancellationTokenSource _enough = new();
    private int _done;

    public int Done => _done;

    public CancellationToken Enough => _enough.Token;

    public void Add()
    {
        if (Interlocked.Increment(ref _done) >= wanted)
            _enough.Cancel();
    }

    public void Dispose() => _enough.Dispose();
}

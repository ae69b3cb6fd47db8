using System.Threading.Channels;

using Exporter.Healing.Ledger;

namespace Exporter.Healing.Engine;

/// <summary>Tells every durable step on: counted at once, journaled in order by a task of its own, so that a slow journal holds up no webhook.</summary>
internal sealed partial class StepStream
{
    private readonly HealingLedger _ledger;
    private readonly HealingMetrics _metrics;
    private readonly ILogger<StepStream> _logger;
    private readonly Channel<HealingStep> _channel = Channel.CreateUnbounded<HealingStep>(new UnboundedChannelOptions { SingleReader = true });
    private Task _telling = Task.CompletedTask;

    public StepStream(HealingLedger ledger, HealingMetrics metrics, ILogger<StepStream> logger)
    {
        _ledger = ledger;
        _metrics = metrics;
        _logger = logger;
        ledger.Recorded += OnRecorded;
    }

    public event Action<HealingStep>? Stepped;

    public void Start() => _telling = TellAsync();

    /// <summary>Tells what an earlier process recorded but did not come to tell.</summary>
    public void Replay(LedgerTransaction ledger)
    {
        if (_ledger.Inherited is not { } inherited)
            return;
        var untold = ledger.Rows(
            """
            SELECT number, at, healing, bot, action, target, trigger, step, steps.attempt, outcome, steps.reason
            FROM steps JOIN healings ON healings.id = steps.healing
            WHERE number > $told AND number <= $written ORDER BY number
            """,
            row => new HealingStep(
                row.GetInt64(0), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)), row.GetInt64(2), row.GetString(3), row.GetString(4), row.GetString(5),
                HealingTable.Word(Enum.Parse<HealingTrigger>(row.GetString(6))), row.GetString(7), row.GetInt32(8), row.IsDBNull(9) ? null : row.GetString(9), row.GetString(10)),
            ("$told", inherited.Told), ("$written", inherited.Written));
        foreach (var step in untold)
            _channel.Writer.TryWrite(step);
    }

    public async Task StopAsync()
    {
        _ledger.Recorded -= OnRecorded;
        if (!_channel.Writer.TryComplete())
            return;
        await _telling;
        try
        {
            await _ledger.WriteAsync(write => write.Execute(
                "INSERT INTO facts VALUES ('told', $told) ON CONFLICT DO UPDATE SET value = max(value, $told)", ("$told", _ledger.Told)), CancellationToken.None);
        }
        catch (LedgerException)
        {
            // The next start tells them again.
        }
    }

    private void OnRecorded(TakenStep taken)
    {
        _metrics.Count(taken);
        _channel.Writer.TryWrite(taken.Step);
    }

    private async Task TellAsync()
    {
        await foreach (var step in _channel.Reader.ReadAllAsync())
        {
            try
            {
                Stepped?.Invoke(step);
            }
            catch (Exception e)
            {
                Log.NotTold(_logger, step.Number, e);
            }

            _ledger.Told = Math.Max(_ledger.Told, step.Number);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, EventName = "StepNotTold", Message = "Step {Number} of healing could not be told on")]
        public static partial void NotTold(ILogger logger, long number, Exception error);
    }
}

using System.Collections.Immutable;

namespace Demo.Faults;

internal static class HostFaults
{
    // The lowest limit that the exporter takes; a disk that holds an operating system is fuller.
    private const double AlreadyFull = 0.01;

    public static ImmutableArray<Fault> All { get; } =
    [
        new("disk-full", "file_system", "critical", "The disk counts as full: the limit has been lowered below what is used.",
            "Nothing by itself: a person frees space.")
        {
            Inject = (world, cancellation) => world.LimitDiskAsync(AlreadyFull, cancellation),
            Clear = (world, cancellation) => world.LimitDiskAsync(null, cancellation),
        },
        new("bot-stopped", "bot_heartbeat", "critical", "The bot hangs: it writes nothing any more.",
            "Nothing by itself here: a person restarts it, or the owner configures the action restart_bot.")
        {
            Inject = (world, cancellation) => world.Bot.ChangeAsync(state => state.Alive = false, cancellation),
            Clear = (world, cancellation) => world.Bot.RestartAsync(cancellation),
        },
        new("bot-idles", "bot_heartbeat", "warning", "The bot beats, but does no work: positions and intelligence stand still.",
            "Nothing by itself: a person looks why, or restarts it.")
        {
            Inject = (world, cancellation) => world.Bot.ChangeAsync(state => state.Working = false, cancellation),
            Clear = (world, cancellation) => world.Bot.RestartAsync(cancellation),
        },
    ];
}

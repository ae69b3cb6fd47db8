using System.Collections.Immutable;

namespace Exporter.Web.StatusPage;

/// <summary>The newest healings of a bot with their steps, newest first, at most <paramref name="most"/>.</summary>
public delegate Task<ImmutableArray<HealingView>> RecentHealings(string bot, int most, CancellationToken cancellation);

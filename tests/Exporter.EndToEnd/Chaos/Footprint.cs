using System.Globalization;

namespace Exporter.EndToEnd.Chaos;

/// <summary>Descriptors and resident memory of one life of the exporter, over time.</summary>
internal sealed class Footprint(ExporterLives lives)
{
    private const int PageBytes = 4096;

    private readonly List<(int Descriptors, long Resident)> _looks = [];
    private int _life;

    public async Task LookAsync(Random dice, CancellationToken cancellation)
    {
        await dice.BetweenAsync(0.25, 0.5, cancellation);
        var life = lives.Life;
        if (life % 2 == 0)
        {
            return;
        }

        if (life != _life)
        {
            _life = life;
            _looks.Clear();
        }

        try
        {
            var process = $"/proc/{lives.ProcessId}";
            var resident = long.Parse(File.ReadAllText($"{process}/statm").Split(' ')[1], CultureInfo.InvariantCulture) * PageBytes;
            _looks.Add((Directory.GetFileSystemEntries($"{process}/fd").Length, resident));
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            // It was just killed, or is starting.
        }
    }

    /// <summary>Medians of the second and of the last quarter: the first is warming up.</summary>
    public ((double Descriptors, double ResidentMiB) Early, (double Descriptors, double ResidentMiB) Late) Quarters()
    {
        var quarter = _looks.Count / 4;
        return (Median(_looks[quarter..(2 * quarter)]), Median(_looks[(3 * quarter)..]));
    }

    private static (double Descriptors, double ResidentMiB) Median(List<(int Descriptors, long Resident)> looks) =>
        looks.Count == 0
            ? default
            : (looks.Select(look => look.Descriptors).Order().ElementAt(looks.Count / 2),
               looks.Select(look => look.Resident).Order().ElementAt(looks.Count / 2) / 1048576.0);
}

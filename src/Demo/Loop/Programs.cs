namespace Demo.Loop;

/// <summary>Where the programs of the loop are.</summary>
internal static class Programs
{
    /// <summary>The repository that this demo was built in: its files are what it runs.</summary>
    /// <exception cref="DirectoryNotFoundException">The demo was moved away from it.</exception>
    public static string Repository { get; } = FindRepository();

    /// <summary><c>$EXPORTER_BINARY</c>, else the one that was built beside the demo.</summary>
    public static string Exporter
    {
        get
        {
            if (Environment.GetEnvironmentVariable("EXPORTER_BINARY") is { Length: > 0 } binary)
            {
                return binary;
            }

            // …/src/Demo/bin/Debug/net10.0/ → …/src/Exporter/bin/Debug/net10.0/
            var output = Path.GetRelativePath(Path.Combine(Repository, "src", "Demo"), AppContext.BaseDirectory);
            var beside = Path.Combine(Repository, "src", "Exporter", output, "tradingbot_exporter");
            return File.Exists(beside)
                ? beside
                : Path.Combine(Repository, "src", "Exporter", "bin", "Debug", "net10.0", "tradingbot_exporter");
        }
    }

    /// <summary>Null when it is not installed.</summary>
    public static string? Prometheus => OnPath("prometheus");

    /// <summary>Null when it is not installed. Debian names it with a prefix.</summary>
    public static string? Alertmanager => OnPath("prometheus-alertmanager") ?? OnPath("alertmanager");

    private static string? OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Select(directory => Path.Combine(directory, program))
        .FirstOrDefault(File.Exists);

    private static string FindRepository()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Exporter.sln")))
            {
                return directory.FullName;
            }
        }

        throw new DirectoryNotFoundException("The demo runs inside its repository: start it with dotnet run --project src/Demo.");
    }
}

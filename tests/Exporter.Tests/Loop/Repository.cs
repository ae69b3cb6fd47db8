namespace Exporter.Tests.Loop;

/// <summary>The repository's own files, which these tests are about.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string File(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    public static string Read(params ReadOnlySpan<string> parts) => System.IO.File.ReadAllText(File(parts));

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(directory.FullName, "Exporter.sln")))
        {
            directory = directory.Parent ?? throw new DirectoryNotFoundException("The tests run inside their repository.");
        }

        return directory.FullName;
    }
}

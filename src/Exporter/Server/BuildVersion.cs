using Exporter.Commands;

using System.Reflection;

namespace Exporter.Server;

/// <summary>Which build this is.</summary>
internal static class BuildVersion
{
    // The SDK writes "0.1.0+<commit>": the second part is there when it was built from a repository.
    private static readonly string[] Parts =
        (typeof(BuildVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "").Split('+', 2);

    public static string Version => Parts[0];

    /// <summary>The commit, or <c>unknown</c>.</summary>
    public static string Revision => Parts.Length > 1 ? Parts[1] : "unknown";
}

namespace Exporter.Platform;

/// <summary>For the few questions to a file system that somebody must wait for: a mount whose server is gone never answers.</summary>
internal static class Patience
{
    /// <summary>The answer, or <paramref name="otherwise"/> when none came in two seconds; the question is then left behind with its thread.</summary>
    public static T Ask<T>(Func<T> question, T otherwise)
    {
        var asked = Task.Run(question);
        return asked.Wait(TimeSpan.FromSeconds(2)) ? asked.Result : otherwise;
    }
}

using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;

namespace Exporter.Checks;

/// <summary>The least and the most that a duration option may be, both as <see cref="TimeSpan"/> writes them (<c>d.hh:mm:ss</c>).</summary>
[AttributeUsage(AttributeTargets.Property)]
[UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Who validates parses the bounds; no type converter is used.")]
public sealed class DurationRangeAttribute(string minimum, string maximum) : RangeAttribute(typeof(TimeSpan), minimum, maximum);

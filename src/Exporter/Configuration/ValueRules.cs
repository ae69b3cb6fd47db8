using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Serialization.Metadata;

namespace Exporter.Configuration;

/// <summary>Applies the validation attributes of an option to one value.</summary>
internal static class ValueRules
{
    /// <summary>What the value should have been, or null when it is right.</summary>
    public static string? Broken(JsonPropertyInfo property, object value)
    {
        foreach (var rule in property.AttributeProvider?.GetCustomAttributes(typeof(ValidationAttribute), inherit: true) ?? [])
        {
            switch (rule)
            {
                case RangeAttribute range when !Within(range, value):
                    return Describe(range);
                case RangeAttribute:
                    break;
                case AllowedValuesAttribute allowed when !allowed.IsValid(value):
                    return $"one of {string.Join(", ", allowed.Values)}";
                // A collection's length is counted where the collection is known: rules on lists meet their items here.
                case LengthAttribute or MinLengthAttribute or MaxLengthAttribute when value is not string:
                    break;
                case ValidationAttribute other when !other.IsValid(value):
                    return other.ErrorMessage ?? other.FormatErrorMessage(property.Name);
                default:
                    break;
            }
        }

        return null;
    }

    public static string Describe(RangeAttribute range)
    {
        var minimum = Text(range.Minimum, range);
        var maximum = Text(range.Maximum, range);
        var above = range.MinimumIsExclusive ? "more than " : "";
        var below = range.MaximumIsExclusive ? "less than " : "";
        return above.Length + below.Length == 0 ? $"from {minimum} to {maximum}" : $"{above}{minimum} to {below}{maximum}";
    }

    /// <summary>A bound in the notation of the configuration file.</summary>
    public static string Text(object bound, RangeAttribute range) =>
        range.OperandType == typeof(TimeSpan)
            ? Duration.Format(DurationOf(bound))
            : Convert.ToString(bound, CultureInfo.InvariantCulture)!;

    private static bool Within(RangeAttribute range, object value)
    {
        var (minimum, maximum, actual) = value is TimeSpan duration
            ? (DurationOf(range.Minimum).TotalSeconds, DurationOf(range.Maximum).TotalSeconds, duration.TotalSeconds)
            : (Number(range.Minimum), Number(range.Maximum), Number(value));
        return (range.MinimumIsExclusive ? actual > minimum : actual >= minimum)
            && (range.MaximumIsExclusive ? actual < maximum : actual <= maximum);
    }

    private static TimeSpan DurationOf(object bound) => bound is TimeSpan duration
        ? duration
        : TimeSpan.Parse((string)bound, CultureInfo.InvariantCulture);

    private static double Number(object value) => Convert.ToDouble(value, CultureInfo.InvariantCulture);
}

using System.Security.Cryptography;
using System.Text;

namespace Exporter.Healing.Triggers;

/// <summary>A short name for what a trigger does: keys get into records, and what they are made of may not.</summary>
internal static class TriggerKey
{
    public static string Of(params ReadOnlySpan<string?> parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts!))).AsSpan(0, 8));
}

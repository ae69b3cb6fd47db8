namespace Exporter.EndToEnd;

/// <summary>A configuration under which nobody beyond this machine is asked: the venue refuses connections.</summary>
internal static class Offline
{
    public const string Configuration =
        """
        {
          "Checks": {
            "ExchangeApi": { "Exchange": "custom", "Custom": { "Url": "http://127.0.0.1:1/time" } },
            "Network": { "Endpoints": [ "http://127.0.0.1:1" ] }
          }
        }
        """;
}

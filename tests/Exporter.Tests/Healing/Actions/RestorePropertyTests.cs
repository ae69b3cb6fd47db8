using System.Text;
using CsCheck;
using Exporter.Bots;
using Exporter.Checks;
using Exporter.Healing;
using Exporter.Tests.Bots;

namespace Exporter.Tests.Healing.Actions;

public sealed class RestorePropertyTests
{
    private const string Trading = FeatureStoreFixture.TradingConfig;

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(index => texts[index]);

    private static readonly Gen<string> Value = OneOf(
        "\"paper\"", "\"PAPER\"", "\"live\"", "\"real\"", "\"\"", "\" paper \"", "null", "5", "true", "[]", "{}", "NaN", "Infinity", "\"\\u0070aper\"", "\"\\ud800\"");

    private static readonly Gen<string> Document = Gen.Select(
        OneOf("", "\"limits\": {\"max\": 1}, ", "\"a\": [1, -Infinity], ", "\"mode\": \"live\", "),
        Value,
        OneOf("", ", \"b\": \"x\"", ", \"mode\": \"paper\"", ", \"mo\\u0064e\": \"live\"", ",", " // note", ", \"deep\": [[[1]]]"),
        (before, mode, after) => $$"""{{{before}}"mode": {{mode}}{{after}}}""");

    private static readonly Gen<byte[]> Content = Gen.Select(
        Document, Gen.Int[0, 60], Gen.Int[0, 7],
        (document, cut, kind) => kind switch
        {
            0 => Encoding.UTF8.GetBytes(document[..Math.Min(cut, document.Length)]),
            1 => [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(document)],
            2 => [.. Encoding.UTF8.GetBytes(document[..Math.Min(cut, document.Length)]), 0xFF, .. Encoding.UTF8.GetBytes(document[Math.Min(cut, document.Length)..])],
            _ => Encoding.UTF8.GetBytes(document),
        });

    [Fact]
    public void The_check_is_ok_exactly_when_the_file_would_be_left_alone_and_nothing_live_or_unknown_is_ever_written() =>
        Gen.Select(Content, Document.Array[0, 2], Gen.Bool).Sample(
            sample =>
            {
                using var bot = new HealedBot();
                foreach (var kept in sample.Item2.Where(copy => bot.Config(Trading).Rule.Judge(Encoding.UTF8.GetBytes(copy)) is ConfigVerdict.Valid))
                {
                    bot.Watch.Good.Keep(HealedBot.Name, Trading, Encoding.UTF8.GetBytes(kept));
                }

                if (sample.Item3)
                {
                    foreach (var lost in Directory.GetFiles(bot.Backups, "*.good", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Reverse().Take(1))
                    {
                        File.Delete(lost);
                    }
                }

                File.WriteAllBytes(bot.Files[Trading], sample.Item1);
                var check = new ConfigIntegrity(bot.Bot).EvaluateAsync(new CheckContext(bot.Time), default).AsTask().GetAwaiter().GetResult();
                var plan = bot.Action("restore_config").PlanAsync(new HealingTarget(HealedBot.Name, Trading, []), default).AsTask().GetAwaiter().GetResult();
                Assert.Equal(check.Status == CheckStatus.Ok, plan.Single().EndsWith("it would be left alone.", StringComparison.Ordinal));

                bot.Settle();
                bot.Run("restore_config", target: Trading).GetAwaiter().GetResult();
                var after = File.ReadAllBytes(bot.Files[Trading]);
                if (!after.AsSpan().SequenceEqual(sample.Item1))
                {
                    var written = Assert.IsType<ConfigVerdict.Valid>(bot.Config(Trading).Rule.Judge(after));
                    Assert.Equal(LiveMoney.No, written.Live);
                    Assert.IsType<ConfigVerdict.Broken>(bot.Config(Trading).Rule.Judge(sample.Item1));
                }
            },
            iter: 150, threads: 1);
}

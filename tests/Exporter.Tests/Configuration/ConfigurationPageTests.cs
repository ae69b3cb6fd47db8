using System.ComponentModel;
using System.Text.Json.Serialization.Metadata;
using Exporter.Configuration;

namespace Exporter.Tests.Configuration;

public sealed class ConfigurationPageTests
{
    [Fact]
    public void The_page_is_current() => Golden.Equal(ConfigurationPage.Markdown(), "docs", "configuration.md");

    [Fact]
    public void Every_key_says_what_it_means()
    {
        var silent = Keys(OptionsTree.Root, "", [])
            .Where(key => !OptionsTree.TryGetAttribute<DescriptionAttribute>(key.Property, out _))
            .Select(key => key.Path);

        Assert.Empty(silent);
    }

    [Fact]
    public void Every_choice_is_written_in_lower_case()
    {
        var choices = Keys(OptionsTree.Root, "", []).Select(key => key.Property).Where(property => property.PropertyType.IsEnum);

        Assert.All(choices, property =>
        {
            var written = System.Text.Json.JsonSerializer.Serialize(Enum.GetValues(property.PropertyType).GetValue(0), OptionsTree.TypeOf(property.PropertyType));
            Assert.Equal(written.ToLowerInvariant(), written);
        });
    }

    [Fact]
    public void The_defaults_hold_to_their_own_rules()
    {
        var broken = Keys(OptionsTree.Root, "", [])
            .Where(key => key.Property.PropertyType is { IsClass: false } && key.Default is { } value && ValueRules.Broken(key.Property, value) is not null)
            .Select(key => $"{key.Path} = {key.Default}");

        Assert.Empty(broken);
    }

    private static IEnumerable<(string Path, JsonPropertyInfo Property, object? Default)> Keys(JsonTypeInfo type, string path, HashSet<Type> seen)
    {
        if (OptionsTree.IsPassedOn(type) || !seen.Add(type.Type))
        {
            yield break;
        }

        var defaults = type.CreateObject?.Invoke();
        foreach (var property in type.Properties)
        {
            var key = OptionsTree.Join(path, property.Name);
            yield return (key, property, defaults is null ? null : property.Get!(defaults));
            var below = OptionsTree.TypeOf(property.PropertyType);
            below = below.ElementType is { } element ? OptionsTree.TypeOf(element) : below;
            if (below.Kind == JsonTypeInfoKind.Object)
            {
                foreach (var inner in Keys(below, key, seen))
                {
                    yield return inner;
                }
            }
        }
    }
}

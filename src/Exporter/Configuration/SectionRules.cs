using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization.Metadata;

namespace Exporter.Configuration;

/// <summary>Asks every section that knows rules between its own keys.</summary>
internal static class SectionRules
{
    public static void Check(JsonTypeInfo type, object section, string path, Origins origins, List<ConfigurationError> errors)
    {
        if (section is IValidatableObject rules)
        {
            // This constructor is the one that does not look for display names by reflection.
            var context = new ValidationContext(section, displayName: path, serviceProvider: null, items: null);
            foreach (var broken in rules.Validate(context))
            {
                var key = broken.MemberNames.FirstOrDefault() is { } member ? OptionsTree.Join(path, member) : path;
                errors.Add(new(key, broken.ErrorMessage ?? "is wrong.", origins.Of(key)));
            }
        }

        foreach (var property in type.Properties)
        {
            if (property.Get?.Invoke(section) is { } value)
            {
                Visit(OptionsTree.TypeOf(property.PropertyType), value, OptionsTree.Join(path, property.Name), origins, errors);
            }
        }
    }

    private static void Visit(JsonTypeInfo type, object value, string path, Origins origins, List<ConfigurationError> errors)
    {
        if (OptionsTree.IsPassedOn(type))
        {
            return;
        }

        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object:
                Check(type, value, path, origins, errors);
                break;
            case JsonTypeInfoKind.Enumerable when value is System.Collections.IEnumerable list:
                var item = OptionsTree.TypeOf(type.ElementType!);
                var i = 0;
                foreach (var element in list)
                {
                    Visit(item, element!, $"{path}:{i++}", origins, errors);
                }

                break;
            case JsonTypeInfoKind.Dictionary when value is System.Collections.IDictionary map:
                var itemType = OptionsTree.TypeOf(type.ElementType!);
                foreach (System.Collections.DictionaryEntry entry in map)
                {
                    Visit(itemType, entry.Value!, OptionsTree.Join(path, (string)entry.Key), origins, errors);
                }

                break;
        }
    }
}

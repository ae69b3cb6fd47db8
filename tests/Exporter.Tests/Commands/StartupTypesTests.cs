using System.Xml.Linq;

namespace Exporter.Tests.Commands;

public sealed class StartupTypesTests
{
    [Fact]
    public void Every_type_that_is_compiled_for_the_start_exists()
    {
        using var stream = typeof(StartupTypesTests).Assembly.GetManifestResourceStream("StartupTypes.rd.xml")!;
        var named = XDocument.Load(stream).Descendants()
            .Where(element => element.Name.LocalName == "Type")
            .Select(type => $"{type.Attribute("Name")!.Value}, {type.Parent!.Attribute("Name")!.Value}")
            .ToList();

        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.NotNull(Type.GetType(name)));
    }
}

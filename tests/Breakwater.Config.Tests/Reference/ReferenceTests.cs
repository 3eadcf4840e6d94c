using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Breakwater.Config.Schema;

namespace Breakwater.Config.Tests.Reference;

/// <summary>Table, model, reference and JSON Schema say the same.</summary>
public sealed partial class ReferenceTests
{
    private static readonly string[] SectionIds = [.. DocumentSchema.Sections.Select(s => s.Id)];

    public static TheoryData<string> Sections => [.. SectionIds];

    [Theory]
    [InlineData("docs/configuration.md")]
    [InlineData("docs/breakwater.schema.json")]
    public void The_files_in_docs_are_those_that_the_table_makes(string file)
    {
        string made = file.EndsWith(".md", StringComparison.Ordinal) ? ConfigReference.Markdown : ConfigReference.JsonSchema;
        string path = Path.Combine(RepositoryRoot(), file);
        if (Environment.GetEnvironmentVariable("BREAKWATER_UPDATE_DOCS") == "1") File.WriteAllText(path, made);
        Assert.True(
            File.Exists(path) && File.ReadAllText(path) == made,
            $"{file} is not what the key table makes; run the tests of Breakwater.Config with BREAKWATER_UPDATE_DOCS=1 and commit the file");
    }

    [Theory]
    [MemberData(nameof(Sections))]
    public void Every_key_is_documented(string id)
    {
        Section section = Section(id);
        Assert.Equal(section.Keys.Count, section.Keys.Select(k => k.Name).Distinct().Count());
        Assert.NotEmpty(section.Intro);
        foreach (Key key in section.Keys)
        {
            Assert.Matches("^[a-z][a-z0-9_]*$", key.Name);
            Assert.EndsWith(".", key.Doc, StringComparison.Ordinal);
            Assert.True(key.Why.Length == 0 || key.Why.EndsWith('.'), $"{id}.{key.Name}: {key.Why}");
            Assert.DoesNotContain(key.AlsoKnownAs, section.Keys.Select(k => k.Name).Contains);
        }
    }

    [Theory]
    [MemberData(nameof(Sections))]
    public void Every_default_has_its_reason(string id) =>
        Assert.All(
            Section(id).Keys.Where(k => k.Default.StartsWith('`') && k.ShownDefault is null),
            k => Assert.True(k.Why.Length > 0 || k.Default == "`0`", $"{id}.{k.Name} does not say why its default is {k.Default}"));

    [Fact]
    public void A_section_is_named_once() => Assert.Equal(SectionIds.Length, SectionIds.Distinct().Count());

    [Fact]
    public void Every_setting_of_the_model_has_a_key()
    {
        // ErrorPage is an entry of a mapping with free keys, no section.
        Type[] nodes = [.. typeof(BreakwaterConfig).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(ConfigNode)) && t != typeof(ErrorPage))];
        Assert.Equal(nodes.Length, DocumentSchema.Sections.Count);
        foreach (Section section in DocumentSchema.Sections)
        {
            Type node = section.GetType().GenericTypeArguments[0];
            IEnumerable<string> properties = node.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                .Where(p => p.CanWrite).Select(p => KeyOf(p.Name));
            Assert.Equal(properties.Order(), section.Keys.Select(k => k.Name).Order());
        }
    }

    [Fact]
    public void A_document_that_writes_every_default_says_what_the_empty_one_says()
    {
        JsonObject written = Defaults(DocumentSchema.Document);
        JsonObject zone = Defaults(Section("zone"));
        zone["name"] = "a";
        zone["origins"] = new JsonArray(new JsonObject { ["url"] = "http://a" });
        // A path in the file is relative to the file; the default to the working directory.
        written.Remove("data");
        written["zones"] = new JsonArray(zone);

        ConfigResult full = ConfigReader.Read(written.ToJsonString(), "f.yaml");
        ConfigResult brief = ConfigReader.Read("zones: [{name: a, origins: [{url: \"http://a\"}]}]", "f.yaml");
        Assert.Equal([], full.Diagnostics.Where(d => !d.Problem.StartsWith("'hash_by' has no effect", StringComparison.Ordinal)));
        Assert.Equal(brief.Config, full.Config);
    }

    [Fact]
    public void The_documents_in_the_reference_are_good()
    {
        string[] documents = [.. YamlBlock().Matches(ConfigReference.Markdown).Select(m => m.Groups[1].Value)];
        Assert.True(documents.Length >= 2);
        Assert.All(documents, d => Assert.Empty(ConfigReader.Read(d, "docs.yaml").Diagnostics));
        Assert.All(documents, d => Assert.Null(JsonSchemaCheck.Fault(d)));
    }

    [Fact]
    public void Every_link_in_the_reference_leads_to_a_heading() =>
        Assert.All(
            Link().Matches(ConfigReference.Markdown).Select(m => m.Groups[1].Value).Distinct(),
            anchor => Assert.Contains($"\n## {anchor}\n", ConfigReference.Markdown));

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex YamlBlock();

    [GeneratedRegex("\\]\\(#([^)]*)\\)")]
    private static partial Regex Link();

    private static JsonObject Defaults(Section section)
    {
        JsonObject values = [];
        foreach (Key key in section.Keys)
        {
            if (key.DefaultJson is { } value) values[key.Name] = value;
            else if (key is { Nested: { } nested, Default: "see there" }) values[key.Name] = Defaults(nested);
        }
        return values;
    }

    private static Section Section(string id) => DocumentSchema.Sections.Single(s => s.Id == id);

    private static string KeyOf(string property) => property switch
    {
        "DataDirectory" => "data",
        "Status52x" => "status_52x",
        _ => string.Concat(property.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString())),
    };

    private static string RepositoryRoot()
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "Breakwater.slnx"))) directory = Path.GetDirectoryName(directory);
        return directory ?? throw new InvalidOperationException("Breakwater.slnx is above no parent of the test's directory");
    }
}

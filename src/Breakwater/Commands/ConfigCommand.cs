using System.CommandLine;
using Breakwater.Config;

namespace Breakwater.Commands;

/// <summary><c>breakwater config</c>: what a configuration may say, by this version.</summary>
internal sealed class ConfigCommand : Command, IHasExamples
{
    public ConfigCommand()
        : base("config", "Prints what a configuration may say: its reference, or its JSON Schema for editors.")
    {
        Add(new Document("schema", "Prints the JSON Schema, for editors.", () => ConfigReference.JsonSchema, "breakwater config schema > breakwater.schema.json"));
        Add(new Document("reference", "Prints the reference of all keys, as Markdown.", () => ConfigReference.Markdown, "breakwater config reference | less"));
    }

    public IReadOnlyList<string> Examples => ["breakwater config schema > breakwater.schema.json"];

    private sealed class Document : Command, IHasExamples
    {
        private readonly string _example;

        public Document(string name, string description, Func<string> text, string example)
            : base(name, description)
        {
            _example = example;
            SetAction(_ => Console.Out.Write(text()));
        }

        public IReadOnlyList<string> Examples => [_example];
    }
}

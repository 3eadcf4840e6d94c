using System.Globalization;
using System.IO.Compression;
using Breakwater.Eng.ObserveInjection;
using Breakwater.Eng.ObserveInjection.Inputs;
using Breakwater.Eng.ObserveModSecurity;

// Needs Debian's package libmodsecurity3. What is written is written whole; the same library gives the same files.
const string Usage = """
    usage: Breakwater.Eng.ObserveInjection learn FOLDER          the tables of src/Breakwater.Waf/Operators/Injection
           Breakwater.Eng.ObserveInjection table FILE COUNT      verdicts on so many generated inputs, gzip
           Breakwater.Eng.ObserveInjection compare SEED COUNT    our verdicts beside the library's on generated inputs
           Breakwater.Eng.ObserveInjection collect FOLDER        the same on what stands in the files of a folder
    """;

const uint TableSeed = 20_120_725;

switch (args)
{
    case ["learn", string folder]:
        Save("sql-words.txt", "types of SQL words, phrases and two-byte operators", Learning.SqlWords());
        Save("sql-fingerprints.txt", "fingerprints of SQL injections, in capitals", Learning.SqlFingerprints());
        Save("markup-names.txt", "names that script hides in", Learning.MarkupNames());
        return 0;

        void Save(string name, string what, IEnumerable<string> lines)
        {
            string[] header =
            [
                $"# {what}: learned by asking libinjection {LibInjection.Version} (Debian's libmodsecurity3)",
                "# with: dotnet run --project eng/Breakwater.Eng.ObserveInjection -- learn src/Breakwater.Waf/Operators/Injection",
            ];
            File.WriteAllText(Path.Combine(folder, name), string.Join('\n', header.Concat(lines)) + '\n');
        }

    case ["table", string file, string count]:
        HashSet<string> seen = [];
        using (StreamWriter table = new(new GZipStream(File.Create(file), CompressionLevel.SmallestSize)) { NewLine = "\n" })
        {
            table.WriteLine($"# input, fingerprint, xss: verdicts of libinjection {LibInjection.Version} (Debian's libmodsecurity3), by eng/Breakwater.Eng.ObserveInjection");
            foreach (byte[] input in new AllInputs(TableSeed).Endless().Where(i => seen.Add(Escapes.Write(i))).Take(Number(count)))
            {
                Verdict library = Verdict.OfLibrary(input);
                Verdict ours = Verdict.Ours(input);
                table.WriteLine($"{Escapes.Write(input)}\t{library}");
                // A line for differences.tsv, less its reason.
                if (ours != library) Console.WriteLine($"{Escapes.Write(input)}\t{ours}");
            }
        }

        return 0;

    case ["compare", string seed, string count]:
        Compare(new AllInputs((uint)Number(seed)).Endless().Take(Number(count)));
        return 0;

    case ["collect", string folder]:
        Compare(CollectedInputs.In(folder));
        return 0;

    default:
        Console.Error.WriteLine(Usage);
        return 2;
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

static void Compare(IEnumerable<byte[]> inputs)
{
    Comparison comparison = new();
    foreach (byte[] input in inputs) comparison.Add(input);
    comparison.Print();
}

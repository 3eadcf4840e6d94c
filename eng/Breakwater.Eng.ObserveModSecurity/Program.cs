using Breakwater.Eng.ObserveModSecurity;

// usage: dotnet run --project eng/Breakwater.Eng.ObserveModSecurity -- TABLE.tsv [unicode.mapping]
// Needs Debian's package libmodsecurity3 on x86-64. The table is rewritten whole; the same inputs give the same table.
if (args.Length is < 1 or > 2)
{
    Console.Error.WriteLine("usage: Breakwater.Eng.ObserveModSecurity TABLE.tsv [unicode.mapping]");
    return 2;
}

using StreamWriter table = new(args[0]) { NewLine = "\n" };
table.WriteLine("# transformation, input, output: what libmodsecurity 3.0.9 (Debian 12) does. Written by eng/Breakwater.Eng.ObserveModSecurity.");
LibModSecurity library = new(args.Length == 2 ? args[1] : null);
int rows = 0;
foreach ((string name, string symbol) in LibModSecurity.Transformations)
{
    foreach (byte[] input in Inputs.Of(name))
    {
        byte[] output = library.Transform(symbol, input);
        table.WriteLine($"{name}\t{Escapes.Write(input)}\t{Escapes.Write(output)}");
        rows++;
    }
}

Console.WriteLine($"{rows} rows");
return 0;

using System.Globalization;

namespace Breakwater.Bench.SideBySide;

/// <summary>Processor time and memory of a process and all its descendants, read from /proc. Stateless.</summary>
internal static class ProcessTree
{
    /// <summary>Linux reports processor time in 1/100 s on every architecture that .NET runs on (USER_HZ).</summary>
    private const double TicksPerSecond = 100;

    /// <summary>User and system time used so far, in seconds.</summary>
    public static double CpuSeconds(int root)
    {
        double ticks = 0;
        foreach (var pid in Members(root))
        {
            if (StatFields(pid) is { } fields)
            {
                // Fields 14 and 15 of proc_pid_stat(5): utime, stime. The array begins with field 3.
                ticks += double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture);
            }
        }

        return ticks / TicksPerSecond;
    }

    /// <summary>What .NET's compiler in the background has used of it, as far as its threads still live; 0 where there are none.</summary>
    public static double CompilerSeconds(int root)
    {
        double ticks = 0;
        foreach (var task in Members(root).SelectMany(Tasks))
        {
            // The kernel cuts names of threads after 15 characters: it is ".NET Tiered Compilation Worker".
            if (StatLine(task) is { } line && line.Contains("(.NET Tiered Com", StringComparison.Ordinal))
            {
                var fields = FieldsOf(line);
                ticks += double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture);
            }
        }

        return ticks / TicksPerSecond;
    }

    /// <summary>The highest resident size since <see cref="ResetPeak"/>, bytes, summed over the processes.</summary>
    public static long PeakResident(int root) => Members(root).Sum(pid => StatusField(pid, "VmHWM:"));

    /// <summary>The resident size now, bytes, summed over the processes.</summary>
    public static long Resident(int root) => Members(root).Sum(pid => StatusField(pid, "VmRSS:"));

    /// <summary>Lets the peak begin anew from the present size.</summary>
    public static void ResetPeak(int root)
    {
        foreach (var pid in Members(root))
            File.WriteAllText($"/proc/{pid}/clear_refs", "5");
    }

    private static List<int> Members(int root)
    {
        var children = new Dictionary<int, List<int>>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out var pid) && StatFields(pid) is { } fields)
            {
                var parent = int.Parse(fields[1], CultureInfo.InvariantCulture);
                if (!children.TryGetValue(parent, out var list))
                    children.Add(parent, list = []);
                list.Add(pid);
            }
        }

        List<int> members = [root];
        for (var i = 0; i < members.Count; i++)
        {
            if (children.TryGetValue(members[i], out var list))
                members.AddRange(list);
        }

        return members;
    }

    /// <summary>The fields from the third on: the second, the name, may hold spaces and parentheses.</summary>
    private static string[]? StatFields(int pid) => StatLine($"/proc/{pid}") is { } line ? FieldsOf(line) : null;

    private static string[] FieldsOf(string statLine) => statLine[(statLine.LastIndexOf(')') + 2)..].Split(' ');

    private static string? StatLine(string directory)
    {
        try
        {
            return File.ReadAllText(Path.Combine(directory, "stat"));
        }
        catch (IOException)
        {
            return null; // ended meanwhile
        }
    }

    private static string[] Tasks(int pid)
    {
        try
        {
            return Directory.GetDirectories($"/proc/{pid}/task");
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static long StatusField(int pid, string name)
    {
        try
        {
            var line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}

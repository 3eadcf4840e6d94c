using Breakwater.Edge.Generations.Keeping;

namespace Breakwater.Edge.Tests.Generations.Keeping;

/// <summary>A disk that a test can fill, or make read-only.</summary>
internal sealed class FailingDisk : DurableFiles
{
    /// <summary>Bytes that it still takes.</summary>
    public long Room { get; set; } = long.MaxValue;

    /// <summary>What was written, in order.</summary>
    public List<string> Written { get; } = [];

    public override void Write(string path, ReadOnlySpan<byte> content)
    {
        if (content.Length > Room)
        {
            // As a full disk does it: what fits is there, under the temporary name.
            File.WriteAllBytes(path + Unfinished, content[..(int)Room]);
            Room = 0;
            throw new IOException("No space left on device");
        }

        Room -= Room == long.MaxValue ? 0 : content.Length;
        base.Write(path, content);
        lock (Written)
        {
            Written.Add(Path.GetFileName(path));
        }
    }
}

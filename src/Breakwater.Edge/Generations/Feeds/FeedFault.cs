namespace Breakwater.Edge.Generations.Feeds;

/// <summary>What is wrong with the content of a feed, so that it is refused at the door.</summary>
internal enum FeedFault : byte
{
    /// <summary>The file is not there.</summary>
    Missing,

    /// <summary>It cannot be read.</summary>
    Unreadable,

    /// <summary>It is larger than a feed may be.</summary>
    TooLarge,

    /// <summary>It has more entries than a feed may have.</summary>
    TooManyEntries,

    /// <summary>It is cut off.</summary>
    Truncated,

    /// <summary>It has no entry, where it had some.</summary>
    Empty,

    /// <summary>Its entries repeat each other.</summary>
    Duplicates,

    /// <summary>It is not what it should be: a line that is no entry, a file that is no database.</summary>
    WrongSchema,

    /// <summary>It was sound in itself, but the generation with it did not get through.</summary>
    NotPromoted,
}

/// <summary>Why the content of a feed is refused. Immutable.</summary>
/// <param name="Fault">What is wrong.</param>
/// <param name="Line">The line, counted from 1; 0 for the content as a whole.</param>
/// <param name="What">What is wrong, in words.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record FeedRejection(FeedFault Fault, int Line, string What, string Remedy);

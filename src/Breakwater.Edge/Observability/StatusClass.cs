namespace Breakwater.Edge.Observability;

/// <summary>The first digit of a status, as a label.</summary>
internal static class StatusClass
{
    /// <summary>How many classes there are.</summary>
    public const int Count = 7;

    private static readonly string[] Labels = ["none", "1xx", "2xx", "3xx", "4xx", "5xx", "other"];

    /// <summary>The class of a status; 0 where there is none.</summary>
    public static int Of(int status) => status <= 0 ? 0 : (int)Math.Min((uint)status / 100, 6);

    /// <summary>The label of a class.</summary>
    public static string Label(int statusClass) => Labels[statusClass];
}

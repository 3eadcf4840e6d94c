using System.Reflection;
using System.Text;

namespace Breakwater.Edge.Observability;

/// <summary>The version of this build, as the project states it.</summary>
internal static class EdgeVersion
{
    /// <summary>Such as <c>0.1.0</c>.</summary>
    public static string Text { get; } = typeof(EdgeVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?
        .InformationalVersion.Split('+')[0] ?? "unknown";

    /// <summary>The same as bytes.</summary>
    public static byte[] Bytes { get; } = Encoding.UTF8.GetBytes(Text);
}

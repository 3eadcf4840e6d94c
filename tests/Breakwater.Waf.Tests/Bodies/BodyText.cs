using System.Text;
using Breakwater.Waf.Bodies;

namespace Breakwater.Waf.Tests.Bodies;

/// <summary>Bodies and their members as text: one char is one byte.</summary>
internal static class BodyText
{
    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    public static string Show(InspectedBody body, MemberList list, string separator = " | ")
    {
        List<string> members = [];
        foreach (Member member in list.Members) members.Add($"{Text(body, member.Name)}={Text(body, member.Value)}");
        return string.Join(separator, members);
    }

    public static string Values(InspectedBody body, MemberList list)
    {
        List<string> values = [];
        foreach (Member member in list.Members) values.Add(Text(body, member.Value));
        return string.Join(" | ", values);
    }

    private static string Text(InspectedBody body, ByteSlice slice) => Encoding.Latin1.GetString(body.Arena[slice]);
}

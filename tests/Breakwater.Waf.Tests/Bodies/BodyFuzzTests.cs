using Breakwater.Waf.Bodies;
using CsCheck;
using static Breakwater.Waf.Tests.Bodies.BodyText;

namespace Breakwater.Waf.Tests.Bodies;

/// <summary>Any bytes, and right bodies with some bytes changed, taken away or doubled: nothing throws, memory is bounded.</summary>
public sealed class BodyFuzzTests
{
    private const string Seed = "0000KN3ovL9f";

    private static readonly Dictionary<string, string[]> Valid = new()
    {
        ["urlencoded"] = ["a=1&b=%41+c&d[]=x&d[]=%u0041", "q=%27%20or%201=1--&x", "query=%7b%20a(b%3a%20%22x%22)%20%7d"],
        ["json"] = ["""{"a":[1,{"b":"\u00e9\ud83d\ude00"},null,true],"c":{"d":-1.5e3},"e":[]}""", """[[[["x"]]],{"a":{"b":{}}}]""", "\"YWJjZGVmZ2hpamtsbW5vcA==\""],
        ["xml"] = ["<?xml version=\"1.0\" encoding=\"utf-8\"?><!DOCTYPE a [<!ENTITY x \"y\">]><a b=\"1\" c='&lt;'><d>t&#65;&x;</d><![CDATA[<e>]]><!-- f --><g/></a>", "\0<\0a\0/\0>", "<\0a\0>\0\u00e9\0<\0/\0a\0>\0"],
        ["multipart"] =
        [
            "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"; filename*=UTF-8''y\r\nContent-Type: a/b;\r\n c=d\r\n\r\ndata\r\n--XX--\r\n",
        ],
    };

    public static TheoryData<string> Processors => [.. Valid.Keys];

    [Theory]
    [MemberData(nameof(Processors))]
    public void Nothing_that_is_sent_makes_a_processor_throw_or_take_more_than_its_memory(string processor)
    {
        string[] valid = Valid[processor];
        Gen<byte[]> mutated = Gen.Select(
            Gen.Int[0, valid.Length - 1], Gen.Select(Gen.Int[0, 3], Gen.Int[0, 1000], Gen.Byte).Array[0, 6],
            (index, changes) => Mutate(Bytes(valid[index]), changes));
        BodyLimits limits = new() { ArenaBytes = 8192, Arguments = 20, JsonDepth = 8, XmlDepth = 4, Files = 2, KeepFileContent = true };
        Gen.OneOf(mutated, mutated, mutated, Gen.Byte.Array[0, 200]).Sample(
            text =>
            {
                for (int partial = 0; partial < 2; partial++)
                {
                    using InspectedBody body = new(limits);
                    Run(processor, text, partial == 1, body);
                    GraphQlPass.Parse(body);
                    Base64Pass.Parse(body);
                    if (body.Arena.Used > limits.ArenaBytes || body.Arguments.Count > limits.Arguments) return false;
                    foreach (MemberList list in new[] { body.Arguments, body.Files, body.FileSizes, body.FileContents, body.PartHeaders, body.XmlText, body.XmlAttributes })
                    {
                        foreach (Member member in list.Members)
                        {
                            _ = body.Arena[member.Name].Length + body.Arena[member.Value].Length;
                        }
                    }
                }

                return true;
            },
            iter: 20_000, seed: Seed);
    }

    [Theory]
    [MemberData(nameof(Processors))]
    public void A_body_after_the_first_allocates_nothing(string processor)
    {
        byte[] text = Bytes(Valid[processor][0]);
        using InspectedBody body = new();
        for (int i = 0; i < 3; i++)
        {
            body.Reset();
            Run(processor, text, false, body);
        }

        Assert.Equal(0, LeastAllocated.By(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                body.Reset();
                Run(processor, text, false, body);
            }
        }));
    }

    private static void Run(string processor, byte[] text, bool isPartial, InspectedBody body)
    {
        switch (processor)
        {
            case "urlencoded": UrlencodedBody.Parse(text, body); break;
            case "json": JsonBody.Parse(text, isPartial, body); break;
            case "xml": XmlBody.Parse(text, isPartial, body); break;
            default: MultipartBody.Parse("multipart/form-data; boundary=XX"u8, text, isPartial, body); break;
        }
    }

    private static byte[] Mutate(byte[] text, (int Kind, int At, byte Value)[] changes)
    {
        List<byte> bytes = [.. text];
        foreach ((int kind, int at, byte value) in changes)
        {
            if (bytes.Count == 0) break;
            int where = at % bytes.Count;
            if (kind == 0) bytes[where] = value;
            else if (kind == 1) bytes.RemoveAt(where);
            else if (kind == 2) bytes.InsertRange(where, bytes.GetRange(where, Math.Min(12, bytes.Count - where)));
            else bytes.RemoveRange(where, Math.Min(value % 16, bytes.Count - where));
        }

        return [.. bytes];
    }
}

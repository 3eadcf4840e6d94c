using System.Text;
using Breakwater.Waf.Bodies;
using static Breakwater.Waf.Tests.Bodies.BodyText;

namespace Breakwater.Waf.Tests.Bodies;

public sealed class XmlBodyTests
{
    [Theory]
    [InlineData("<a>x</a>", "x", "")]
    [InlineData("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a><b>x</b> <c>y</c></a>", "\nx y", "")]
    [InlineData("<a p=\"1\" q='2 > 1'><b r = \"3\"/></a>", "", "p=1 | q=2 > 1 | r=3")]
    [InlineData("<a>&lt;b&gt; &amp;&quot;&apos;&#60;&#x3C;&#xe9;</a>", "<b> &\"'<<\u00c3\u00a9", "")]
    [InlineData("<a t=\"&#60;&amp;\"/>", "", "t=<&")]
    [InlineData("<a><![CDATA[<b>&lt;]]></a>", "<b>&lt;", "")]
    [InlineData("<a>1<!-- <b> c -->2<?php x ?>3</a>", "123", "")]
    [InlineData("<s:Envelope xmlns:s=\"urn:x\"><s:Body>t</s:Body></s:Envelope>", "t", "xmlns:s=urn:x")]
    [InlineData("<a></a >", "", "")]
    [InlineData("<a>x</a>\0\0", "x", "")]
    [InlineData("<!DOCTYPE html>\n<a>x</a>", "\nx |  html", "")]
    [InlineData("<a>\u00ff</a>", "\u00ff", "")]
    public void Text_is_one_value_and_each_attribute_is_one(string text, string xmlText, string attributes)
    {
        using InspectedBody body = new();
        XmlBody.Parse(Bytes(text), isPartial: false, body);
        Assert.Equal((xmlText, attributes, BodyError.None), (Values(body, body.XmlText), Show(body, body.XmlAttributes), body.Error));
    }

    [Theory]
    [InlineData("", "", "", BodyError.XmlIncomplete)]
    [InlineData("text", "text", "", BodyError.XmlIncomplete)]
    [InlineData("<a>x", "x", "", BodyError.XmlIncomplete)]
    [InlineData("<a>x</b>", "x | <a>x</b>", "", BodyError.XmlSyntax)]
    [InlineData("<a/><b/>", " | <a/><b/>", "", BodyError.XmlSyntax)]
    [InlineData("<a>1 < 2</a>", "1 < 2 | <a>1 < 2</a>", "", BodyError.XmlSyntax)]
    [InlineData("<a p=1>x</a>", "x | <a p=1>x</a>", "=p=1", BodyError.XmlSyntax)]
    [InlineData("<a p=\"x", "", "p=x", BodyError.XmlIncomplete)]
    [InlineData("<a>&nope;</a>", "&nope; | <a>&nope;</a>", "", BodyError.XmlSyntax)]
    [InlineData("<!DOCTYPE a SYSTEM 'x'><a>&nope;</a>", "&nope; |  a SYSTEM 'x'", "", BodyError.XmlEntity)]
    [InlineData("<a>&</a>", "& | <a>&</a>", "", BodyError.XmlSyntax)]
    [InlineData("<a>&</a><!-- b", "& | <a>&</a><!-- b", "", BodyError.XmlSyntax)]
    [InlineData("<a>x</a>y", "xy | <a>x</a>y", "", BodyError.XmlSyntax)]
    [InlineData("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>", "&x; |  a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]", "", BodyError.XmlEntity)]
    [InlineData("<!DOCTYPE a [<!ENTITY x \"]>\"><!ENTITY y '&x;&x;'>]><a>t</a>", "t |  a [<!ENTITY x \"]>\"><!ENTITY y '&x;&x;'>]", "", BodyError.XmlEntity)]
    [InlineData("<?xml version='1.0' encoding='UTF-7'?><a>+ADw-</a>", "+ADw-", "", BodyError.XmlEncoding)]
    public void What_breaks_the_rules_is_an_error_and_is_read_to_its_end(string text, string xmlText, string attributes, BodyError error)
    {
        using InspectedBody body = new();
        XmlBody.Parse(Bytes(text), isPartial: false, body);
        Assert.Equal((xmlText, attributes, error), (Values(body, body.XmlText), Show(body, body.XmlAttributes), body.Error));
    }

    [Fact]
    public void Utf16_is_read()
    {
        string document = "<a p=\"\u00e9\">\U0001F600</a>";
        foreach (Encoding encoding in new[] { Encoding.Unicode, Encoding.BigEndianUnicode })
        {
            foreach (bool mark in new[] { true, false })
            {
                using InspectedBody body = new();
                XmlBody.Parse([.. mark ? encoding.GetPreamble() : [], .. encoding.GetBytes(document)], isPartial: false, body);
                Assert.Equal(("\u00f0\u009f\u0098\u0080", "p=\u00c3\u00a9", BodyError.None), (Values(body, body.XmlText), Show(body, body.XmlAttributes), body.Error));
            }
        }
    }

    [Fact]
    public void Depth_is_bounded_and_an_early_end_of_a_first_part_is_no_error()
    {
        using InspectedBody deep = new(new BodyLimits { XmlDepth = 4 });
        XmlBody.Parse("<a><a><a><a><a>x</a></a></a></a></a>"u8, isPartial: false, deep);
        Assert.Equal(("x", BodyError.XmlDepth), (Values(deep, deep.XmlText), deep.Error));

        using InspectedBody part = new();
        XmlBody.Parse("<a><b c=\"1\">te"u8, isPartial: true, part);
        Assert.Equal(("te", "c=1", BodyError.None), (Values(part, part.XmlText), Show(part, part.XmlAttributes), part.Error));
    }
}

namespace Breakwater.Rules.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void Every_field_stands_at_its_number() => Assert.All(KnownFields.All.Index(), f => Assert.Equal(f.Index, (int)f.Item.Id));
}

namespace DeepNotes.Nn.Tests.Generators;

public class PartialFixTests
{
    [Theory]
    [InlineData("Declare 'Net' partial", "/// <summary>A net.</summary>\npublic sealed class Net : Module;", "/// <summary>A net.</summary>\npublic sealed partial class Net : Module;")]
    [InlineData("Declare 'Net' partial", "// A net.\nclass Net : Module { }", "// A net.\npartial class Net : Module { }")]
    [InlineData("Declare 'Net' and 'IHome' and 'Outer' partial",
        "public record struct Outer { [Obsolete] interface IHome { class Net : Module; } }",
        "public partial record struct Outer { [Obsolete] partial interface IHome { partial class Net : Module; } }")]
    [InlineData("Declare 'Outer' partial", "class Outer { partial class Net : Module; }", "partial class Outer { partial class Net : Module; }")]
    [InlineData("Make 'Net' internal", "file sealed partial class Net : Module;", "internal sealed partial class Net : Module;")]
    [InlineData("Make 'Outer' internal and declare 'Net' and 'Outer' partial", "file class Outer { class Net : Module; }", "internal partial class Outer { partial class Net : Module; }")]
    public async Task Module_gets_a_place_for_its_generated_part(string title, string before, string after)
    {
        Assert.Equal([title], await Mend.Offers(before));
        Assert.Equal(after, await Mend.Once(title, before));
    }

    [Fact]
    public async Task All_modules_at_once_although_they_share_a_containing_type() => Assert.Equal(
        ["partial class Outer { partial class A : Module; partial class B : Module; }", "partial class C : Module;"],
        await Mend.Everywhere("Declare 'A' and 'Outer' partial", "class Outer { class A : Module; class B : Module; }", "class C : Module;"));
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DeepNotes.Nn.Tests.Generators;

public class ModuleGeneratorTests
{
    [Fact]
    public void Parameters_come_first_then_buffers_then_children_in_declaration_order()
    {
        string[] visits = Compile.Visits("Net", """
            public sealed partial class Net : Module
            {
                public Linear Fc2 { get; } = new();
                [Buffer] public Tensor RunningMean { get; set; } = new();
                public Parameter Scale { get; set; } = new();
                private readonly Linear _fc1 = new();
                [Buffer(Persistent = false)] private Tensor? _mask = null;
                public Tensor? Mask() => _mask;
                public Parameter? Bias { get; set; }
            }
            """);
        Assert.Equal(
            [
                """visitor.Parameter("scale", ref FieldOfScale(this));""",
                """visitor.Parameter("bias", ref FieldOfBias(this));""",
                """visitor.Buffer("running_mean", ref FieldOfRunningMean(this), persistent: true);""",
                """visitor.Buffer("mask", ref FieldOf_mask(this), persistent: false);""",
                """visitor.Child("fc2", ref FieldOfFc2(this));""",
                """visitor.Child("fc1", ref FieldOf_fc1(this));""",
            ],
            visits);
    }

    [Theory]
    [InlineData("Fc1", "fc1")]
    [InlineData("WeightIhL0", "weight_ih_l0")]
    [InlineData("WeightHhL0Reverse", "weight_hh_l0_reverse")]
    [InlineData("InProjWeight", "in_proj_weight")]
    [InlineData("QProj", "q_proj")]
    [InlineData("MLPHead", "mlp_head")]
    [InlineData("MLP", "mlp")]
    [InlineData("Conv2dA", "conv2d_a")]
    [InlineData("Layer1Norm", "layer1_norm")]
    [InlineData("already_snake", "already_snake")]
    [InlineData("_selfAttn", "self_attn")]
    [InlineData("W", "w")]
    [InlineData("@class", "class")]
    public void Key_is_the_snake_case_of_the_member(string member, string key)
    {
        string visit = Compile.Visits("Net", $"public partial class Net : Module {{ public Parameter {member} {{ get; }} = new(); }}").Single();
        Assert.Equal($"visitor.Parameter(\"{key}\", ref FieldOf{member.TrimStart('@')}(this));", visit);
    }

    [Fact]
    public void Key_attribute_overrides_and_is_escaped() => Assert.Equal(
        ["""visitor.Child("attn.c_attn", ref FieldOfQkv(this));""", """visitor.Child("a\"b\\", ref FieldOf_odd(this));"""],
        Compile.Visits("Net", """"
            public partial class Net : Module
            {
                [Key("attn.c_attn")] public Linear Qkv { get; } = new();
                [Key("""a"b\""")] private Linear _odd = new();
                public Linear Use() => _odd;
            }
            """"));

    [Fact]
    public void Members_that_may_hold_a_module_are_asked_at_run_time() => Assert.Equal(
        [
            """visitor.Child("act", ref FieldOfAct(this));""",
            """visitor.Child("maybe", ref FieldOfMaybe(this));""",
            """visitor.Child("own", ref FieldOfOwn(this));""",
            """visitor.Child("body", ref FieldOfBody(this));""",
            """visitor.Child("list", ref FieldOfList(this));""",
        ],
        Compile.Visits("Net", """
            public interface IEncoder { }
            public class Plain : ILayer { public Tensor Forward(Tensor x) => x; }
            public partial class Net : Module
            {
                public required ILayer Act { get; init; }
                public Module? Maybe { get; set; }
                public IEncoder? Own { get; set; }
                public Plain? Body { get; set; }
                public Sequential List { get; } = new();
            }
            """));

    [Fact]
    public void Only_members_with_storage_of_their_own_are_visited() => Assert.Equal(
        ["""visitor.Child("fc", ref FieldOfFc(this));""", """visitor.Child("lazy", ref FieldOfLazy(this));"""],
        Compile.Visits("Net", """
            public partial class Net(int size) : Module
            {
                private static readonly Linear Shared = new();
                public Linear Fc { get; } = new();
                public Linear Alias => Fc;
                public Linear Lazy { get => field ??= new(); set; } = new();
                public int Size => size;
                public Func<Tensor, Tensor> Function { get; } = x => x;
                public string Name { get; } = "net";
                public event Action? Done { add { } remove { } }
                [NotVisited] public Linear? Teacher { get; set; }
                [NotVisited] public List<Tensor> Cache { get; } = [];
                public static Linear Get() => Shared;
            }
            """));

    [Fact]
    public void Base_class_is_visited_first()
    {
        const string Source = """
            public abstract partial class Block : Module { public Linear A { get; } = new(); }
            public sealed partial class Special : Block { public Linear B { get; } = new(); }
            public sealed partial class Chain() : Sequential(new Linear()) { public Parameter Gain { get; } = new(); }
            """;
        Assert.Equal(["""visitor.Child("a", ref FieldOfA(this));"""], Compile.Visits("Block", Source));
        Assert.Equal(["base.VisitMembers(visitor);", """visitor.Child("b", ref FieldOfB(this));"""], Compile.Visits("Special", Source));
        Assert.Equal(["base.VisitMembers(visitor);", """visitor.Parameter("gain", ref FieldOfGain(this));"""], Compile.Visits("Chain", Source));
    }

    [Fact]
    public void Generic_and_nested_modules_compile()
    {
        const string Source = """
            namespace Some.@namespace
            {
                public partial interface IHome<TIn, TOut>
                {
                    public sealed partial class Inner<T, TLayer> : Module where T : struct where TLayer : Module, ILayer
                    {
                        public required TLayer Layer { get; init; }
                        public Residual<TLayer>? Tail { get; set; }
                        private T _number = default;
                        public T Number() => _number;
                    }
                }
                public sealed partial class Residual<TBody> : Module where TBody : ILayer { public TBody? Body { get; set; } }
                public partial record struct Outer { private partial class @class : Module { public Linear A { get; } = new(); } public static Module Make() => new @class(); }
            }
            """;
        Assert.Equal(["""visitor.Child("layer", ref FieldOfLayer(this));""", """visitor.Child("tail", ref FieldOfTail(this));"""], Compile.Visits("Some.namespace.IHome-2+Inner-2", Source));
        Assert.Equal(["""visitor.Child("body", ref FieldOfBody(this));"""], Compile.Visits("Some.namespace.Residual-1", Source));
        Assert.Single(Compile.Visits("Some.namespace.Outer+class", Source));
    }

    [Fact]
    public void Parts_in_several_files_give_one_visit() => Assert.Equal(
        ["""visitor.Parameter("a", ref FieldOfA(this));""", """visitor.Child("b", ref FieldOfB(this));"""],
        Compile.Visits(
            "Net",
            "public partial class Net : Module { public Linear B { get; } = new(); }",
            "public partial class Net : ILayer { public Parameter A { get; } = new(); public Tensor Forward(Tensor x) => x; }"));

    [Fact]
    public void Explicit_interface_property_is_read_through_its_interface() => Assert.Equal(
        ["""visitor.Child("head", ref FieldOf_IHeaded_Head(this));"""],
        Compile.Visits("Net", """
            public interface IHeaded { Linear Head { get; } }
            public partial class Net : Module, IHeaded { Linear IHeaded.Head { get; } = new(); }
            """));

    [Fact]
    public void Module_that_visits_by_hand_is_left_alone()
    {
        CSharpCompilation compilation = Compile.Sources("public partial class Hand : Module { private Linear[] _all = []; protected override void VisitMembers(MemberVisitor visitor) { foreach (var l in _all) visitor.Child(\"x\", l); } }");
        GeneratorDriverRunResult result = Compile.Driver().RunGenerators(compilation, TestContext.Current.CancellationToken).GetRunResult();
        Assert.DoesNotContain(result.Results.Single().GeneratedSources, s => s.HintName.Contains("Hand", StringComparison.Ordinal));
    }

    [Fact]
    public void Unrelated_edit_regenerates_nothing()
    {
        CSharpCompilation before = Compile.Sources("public partial class Net : Module { public Linear A { get; } = new(); public int F() => 1; }");
        SyntaxTree tree = before.SyntaxTrees[^1];
        CSharpCompilation after = before.ReplaceSyntaxTree(tree, tree.WithChangedText(Microsoft.CodeAnalysis.Text.SourceText.From(tree.ToString().Replace("=> 1", "=> 2", StringComparison.Ordinal))));
        GeneratorDriver driver = Compile.Driver().RunGenerators(before, TestContext.Current.CancellationToken).RunGenerators(after, TestContext.Current.CancellationToken);
        IEnumerable<IncrementalStepRunReason> reasons = driver.GetRunResult().Results.Single().TrackedSteps["Modules"].SelectMany(s => s.Outputs).Select(o => o.Reason);
        Assert.All(reasons, r => Assert.True(r is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, r.ToString()));
    }
}

package io.tadpole.ring;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Weaves calls of a listener into compiled classes, each right behind a call that the class makes: so code can be
 * stopped behind any access to a shared word, and as it is delivered it has not one instruction for that.
 */
public final class Weaver
{
    private static final MethodTypeDesc REACHED =
        MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String);

    private Weaver()
    {
    }

    /**
     * One call in the code of a class. All names are simple ones, without the package.
     *
     * @param owner   of the method that calls.
     * @param method  that calls; a constructor is {@code <init>}.
     * @param callee  that is called: its class, a dot, its method.
     * @param ordinal of this call among those of the same callee in the method, from 1, as they stand in the code.
     */
    public record Call(String owner, String method, String callee, int ordinal)
    {
        /**
         * Where the call stands.
         *
         * @return owner and method, callee, and ordinal, with spaces between these three.
         */
        public String site()
        {
            return owner + "." + method + " " + callee + " " + ordinal;
        }
    }

    /**
     * Weaves a class.
     *
     * @param bytes    of its class file.
     * @param listener a public class with {@code public static void reached(String)}.
     * @param names    what to tell the listener right behind a call; null for nothing.
     * @return the bytes of the woven class.
     */
    public static byte[] weave(
        final byte[] bytes, final ClassDesc listener, final Function<Call, @Nullable String> names)
    {
        final ClassFile classFile = ClassFile.of();
        final var model = classFile.parse(bytes);
        final String owner = simple(model.thisClass().asInternalName());
        final ClassTransform transform = (builder, element) ->
        {
            if (element instanceof final MethodModel method)
            {
                builder.transformMethod(method, MethodTransform.transformingCode(CodeTransform.ofStateful(
                    () -> behindCalls(owner, method.methodName().stringValue(), listener, names))));
            }
            else
            {
                builder.with(element);
            }
        };
        return classFile.transformClass(model, transform);
    }

    private static CodeTransform behindCalls(
        final String owner, final String method, final ClassDesc listener, final Function<Call, @Nullable String> names)
    {
        final Map<String, Integer> ordinals = new HashMap<>();
        return (code, element) ->
        {
            code.with(element);
            if (element instanceof final InvokeInstruction call)
            {
                final String callee = simple(call.owner().asInternalName()) + "." + call.name().stringValue();
                final int ordinal = ordinals.merge(callee, 1, Integer::sum);
                final String name = names.apply(new Call(owner, method, callee, ordinal));
                if (name != null)
                {
                    code.loadConstant(name);
                    code.invokestatic(listener, "reached", REACHED);
                }
            }
        };
    }

    private static String simple(final String internalName)
    {
        return internalName.substring(internalName.lastIndexOf('/') + 1);
    }
}

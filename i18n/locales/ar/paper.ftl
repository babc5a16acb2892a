# Papers for the patient (handout, prescription): the only words that exist in all five languages.
# As a pharmacist would write them on a label. $count is the number as it is shown, $n the number that chooses the form.

title-handout = تعليمات للمنزل
title-prescription = وصفة طبية
comma = {"، "}

# Who and when
clinic = العيادة: { $what }
date = التاريخ: { $what }
name = الاسم: { $what }
age = العمر: { $what }
sex = الجنس: { $what }
weight = الوزن: { $what }
allergies = الحساسية: { $what }
none-recorded = لا شيء مسجّل
age-years = { $n ->
    [one] سنة واحدة
    [two] سنتان
    [few] { $count } سنوات
    [many] { $count } سنة
   *[other] { $count } سنة
}
age-months = { $n ->
    [one] شهر واحد
    [two] شهران
    [few] { $count } أشهر
    [many] { $count } شهرًا
   *[other] { $count } شهر
}
age-days = { $n ->
    [one] يوم واحد
    [two] يومان
    [few] { $count } أيام
    [many] { $count } يومًا
   *[other] { $count } يوم
}
sex-female = أنثى
sex-male = ذكر
pregnant = حامل
pregnant-weeks = حامل في الأسبوع { $count }

# Parts
diagnosis = التشخيص
what = ما نراه
what-unsure = لا نعرف بعد على وجه اليقين ما المرض.
medicines = الأدوية
refer = اذهب إلى المستشفى
tests = الفحوص
stop = لا تتناول
advice = ما يجب فعله
return = موعد المراجعة
danger = ارجع فورًا إذا
danger-signs = ساءت حالتك، أو لم تستطع الشرب، أو أصابك نعاس شديد أو تشوّش، أو ضاق نفسك، أو شعرت بالقلق.
traditional = العلاج التقليدي
allergy = الحساسية
allergy-tell = أخبر كل من يعالجك أن لديك حساسية من { $what }.
signed = الاسم والتوقيع والختم
english-note = ما كُتب بالإنجليزية لم يُترجم بعد. اطلب أن يُشرح لك.

# One medicine
how = طريقة الاستعمال: { $what }
fill-dose = الجرعة
fill-often = عدد المرات
fill-days = المدة
dispense = الكمية المصروفة: { $what }
dispense-days = الكمية المصروفة ({ $days }): { $what }
days = { $n ->
    [one] يوم واحد
    [two] يومان
    [few] { $count } أيام
    [many] { $count } يومًا
   *[other] { $count } يوم
}
for-days = { $n ->
    [one] لمدة يوم واحد
    [two] لمدة يومين
    [few] لمدة { $count } أيام
    [many] لمدة { $count } يومًا
   *[other] لمدة { $count } يوم
}
often-once = جرعة واحدة فقط
often-times = { $n ->
    [1] مرة واحدة يوميًا
    [2] مرتين يوميًا
    [3] ثلاث مرات يوميًا
    [4] أربع مرات يوميًا
    [few] { $count } مرات يوميًا
   *[other] { $count } مرة يوميًا
}
often-every = { $n ->
    [2] يومًا بعد يوم، وليس كل يوم
    [7] مرة واحدة في الأسبوع، وليس كل يوم
    [few] جرعة واحدة كل { $count } أيام، وليس كل يوم
    [many] جرعة واحدة كل { $count } يومًا، وليس كل يوم
   *[other] جرعة واحدة كل { $count } يوم، وليس كل يوم
}

# Amounts
amount-ml = { $count } مل
unit-iu = { $n ->
    [one] { $count } وحدة
    [two] وحدتان
    [few] { $count } وحدات
   *[other] { $count } وحدة
}
unit-drop = { $n ->
    [one] { $count } قطرة
    [two] قطرتان
    [few] { $count } قطرات
   *[other] { $count } قطرة
}
unit-application = { $n ->
    [one] دهنة واحدة
    [two] دهنتان
    [few] { $count } دهنات
   *[other] { $count } دهنة
}
over-minutes = { $amount } خلال { $n } دقيقة
dose-first-then = { $first }، ثم { $second }
dose-every-hours = { $n ->
    [1] كل ساعة
    [2] كل ساعتين
   *[other] كل { $n } ساعات
}
often-without-break = بلا انقطاع
half-tablet = نصف قرص
quarter-tablet = ربع قرص
three-quarter-tablet = ثلاثة أرباع القرص
unit-tablet = { $n ->
    [one] { $count } قرص
    [two] قرصان
    [few] { $count } أقراص
    [many] { $count } قرصًا
   *[other] { $count } قرص
}
unit-capsule = { $n ->
    [one] { $count } كبسولة
    [two] كبسولتان
    [few] { $count } كبسولات
    [many] { $count } كبسولة
   *[other] { $count } كبسولة
}
unit-sachet = { $n ->
    [one] { $count } كيس
    [two] كيسان
    [few] { $count } أكياس
    [many] { $count } كيسًا
   *[other] { $count } كيس
}
unit-vial = { $n ->
    [one] { $count } قارورة
    [two] قارورتان
    [few] { $count } قوارير
    [many] { $count } قارورة
   *[other] { $count } قارورة
}
unit-puff = { $n ->
    [one] { $count } بخة
    [two] بختان
    [few] { $count } بخات
    [many] { $count } بخة
   *[other] { $count } بخة
}
unit-spray = { $n ->
    [one] { $count } رشة
    [two] رشتان
    [few] { $count } رشات
    [many] { $count } رشة
   *[other] { $count } رشة
}
unit-suppository = { $n ->
    [one] { $count } تحميلة
    [two] تحميلتان
    [few] { $count } تحاميل
    [many] { $count } تحميلة
   *[other] { $count } تحميلة
}
unit-nebule = { $n ->
    [one] { $count } أمبولة استنشاق
    [two] أمبولتا استنشاق
    [few] { $count } أمبولات استنشاق
    [many] { $count } أمبولة استنشاق
   *[other] { $count } أمبولة استنشاق
}
unit-tube = { $n ->
    [one] { $count } أنبوب
    [two] أنبوبان
    [few] { $count } أنابيب
    [many] { $count } أنبوبًا
   *[other] { $count } أنبوب
}
unit-dose = { $n ->
    [one] { $count } جرعة
    [two] جرعتان
    [few] { $count } جرعات
    [many] { $count } جرعة
   *[other] { $count } جرعة
}

# Forms
form-tablet = أقراص
form-dispersible-tablet = أقراص تذوب في الماء
form-capsule = كبسولات
form-syrup = شراب
form-injection = حقن
form-sachet = أكياس
form-inhaler = بخاخ للاستنشاق
form-nebuliser-solution = محلول للاستنشاق بالجهاز
form-cream = كريم
form-ointment = مرهم
form-lotion = غسول
form-drops = قطرة
form-spray = بخاخ
form-suppository = تحاميل
form-rectal-solution = محلول شرجي
form-gas = غاز

# Routes
route-oral = عن طريق الفم
route-im = في العضل
route-iv = في الوريد
route-sc = تحت الجلد
route-inhaled = بالاستنشاق
route-topical = على الجلد
route-id = داخل الجلد
route-wound = في الجرح وحوله
route-mouth = في الفم دون بلع
route-ear = في الأذن
route-rectal = عن طريق الشرج
route-nasal = في الأنف
route-eye = في العين
route-vaginal = عن طريق المهبل
route-sublingual = تحت اللسان

# What a pack often says of taking it
take-with-food = مع الطعام
take-after-food = بعد الطعام
take-empty-stomach = على معدة فارغة
take-between-meals = بين الوجبات
take-with-water = مع الماء
take-food-water = مع الطعام وكوب كامل من الماء
take-sitting-up = وأنت جالس
take-whole = يُبلع كاملًا
take-bedtime = عند النوم
take-morning = صباحًا
take-morning-food = صباحًا مع الطعام
take-drink = مع الإكثار من شرب الماء

# What stands behind a remedy
label-strong = تدعمه الدراسات جيدًا
label-moderate = تدعمه بعض الدراسات
label-weak = دعم الدراسات له قليل
label-expert = من الخبرة لا من الدراسات
label-traditional-use = استعمال تقليدي لم تثبته الدراسات
